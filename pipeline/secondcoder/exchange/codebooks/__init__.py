"""Codebooks as people have them: tables in CSV, Excel or Word, in and out; `files.read_codebook` reads any, YAML too."""
