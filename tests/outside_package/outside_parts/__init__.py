"""Parts for secondcoder, one file each."""
