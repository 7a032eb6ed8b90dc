"""From bytes to tables of text: which files, in which encoding, with which header, each cell with its file and line."""
