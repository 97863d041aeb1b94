"""What may leave this machine, and how it is held to that: the guard on connections, the libraries kept quiet, runs cut off."""
