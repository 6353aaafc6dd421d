"""Hold the preview against input that nobody sane would send: ``python -m benchmarks.fuzz --seconds 3600 --seed 1``."""
