"""What is deployed, read back through `forestage.aws`: stacks, and what the stages of APIs serve."""
