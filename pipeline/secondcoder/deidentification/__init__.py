"""Finding the words of an interview that identify somebody, and the pseudonyms that stand for them."""
