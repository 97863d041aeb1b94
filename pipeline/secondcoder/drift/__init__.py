"""Is a new transcript like those that a model learned from? In meaning, words, length of answers, speakers and code rates."""
