"""Parts of `training_growth.py`: large invented studies, a classifier that costs next to nothing, and what each part of a verb takes."""
