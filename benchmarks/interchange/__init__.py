"""An invented project and an invented study of the size of a large one, to time what takes them in and out."""
