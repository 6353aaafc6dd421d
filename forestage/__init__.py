"""Deploy Amazon API Gateway applications, after having seen them run on your own machine."""

__version__ = "0.1.0"
