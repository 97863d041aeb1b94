"""What `training_growth.py` measures: large invented studies, a classifier that costs next to nothing, and the parts of a verb."""
