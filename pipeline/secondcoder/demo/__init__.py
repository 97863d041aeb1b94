"""The whole loop on the invented demonstration study."""
