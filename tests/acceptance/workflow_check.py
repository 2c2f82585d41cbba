"""The steps of a workflow pass shellcheck, as the shell gets them; actions of others are named by commit.

workflow_check.py FILE SHELLCHECK
"""
import re
import subprocess
import sys

from ruamel.yaml import YAML

jobs = YAML(typ="safe").load(open(sys.argv[1]))["jobs"]
scripts, actions = 0, 0
for name, job in jobs.items():
    for step in job["steps"]:
        if "run" in step:
            assert "${{" not in step["run"], f"{name}: what somebody names must not become part of a script: {step['run']}"
            subprocess.run([sys.argv[2], "--shell=bash", "-"], input=step["run"], text=True, check=True)
            scripts += 1
        else:
            assert re.search(r"@[0-9a-f]{40}$", step["uses"]), step["uses"]
            actions += 1
assert scripts and actions
print(f"{scripts} scripts, {actions} actions")
