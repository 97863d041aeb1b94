"""How long coding new interviews takes: invented interviews, and a child process that times its parts."""
