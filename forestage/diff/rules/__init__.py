"""The rules: each an opinion about changes of one concern, one family a module; ``table`` has them all."""
