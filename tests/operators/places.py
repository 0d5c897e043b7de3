"""Paths of tools and programs; tests/operations sets them."""

import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
# A virtual environment with the AWS CLI and moto.
TOOLS = os.environ["OPERATIONS_TOOLS"]
# The local runner.
RUNNER = os.environ["OPERATIONS_RUNNER"]
