# SPDX-License-Identifier: MIT OR Apache-2.0
"""steps.py REPOSITORY FOLDER: takes apart what continuous integration does.

Writes the shell lines of each step into a file of FOLDER, and what is uploaded into its file `uploads`, and prints the actions of
others that GitHub's workflows use.
"""

import pathlib
import sys

import yaml

repository, folder = map(pathlib.Path, sys.argv[1:])
uploads = []


def script(name, lines):
    (folder / f"{name}.sh").write_text("\n".join(["#!/bin/bash", *lines, ""]))


for path in (repository / ".github/workflows").iterdir():
    for job, description in yaml.safe_load(path.read_text())["jobs"].items():
        for number, step in enumerate(description["steps"]):
            if "uses" in step:
                print(step["uses"])
                if step["uses"].startswith("actions/upload-artifact@"):
                    uploads += step["with"]["path"].splitlines()
            else:
                script(f"{path.stem}-{job}-{number}", [step["run"]])

for job, description in yaml.safe_load((repository / ".gitlab-ci.yml").read_text()).items():
    script(f"gitlab-{job}", description.get("before_script", []) + description["script"])
    uploads += description.get("artifacts", {}).get("paths", [])

(folder / "uploads").write_text("".join(f"{path}\n" for path in uploads))
