"""Ways of merging several coders, and studies whose coders are known apart."""
