"""What a text is: the model, encodings, the files of a folder and what is said of them, messages, errors."""
