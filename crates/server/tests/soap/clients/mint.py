"""Assertions for a client that does not make its own: mint.py DEMO.JSON PATIENT.JSON FOLDER."""

import json
import pathlib
import sys

from lxml import etree
from vendor import Vihf

demo_file, patient_file, out = map(pathlib.Path, sys.argv[1:4])
demo, patient = json.loads(demo_file.read_text()), json.loads(patient_file.read_text())
hospital = next(it for it in demo["actors"] if it["kind"] == "organisation")
doctor = next(it for it in demo["actors"] if it["kind"] == "professional" and it["role"] == "10")
for name, actor in (("hospital", hospital), ("doctor", doctor)):
    vihf = Vihf(actor, patient, demo_file.parent)
    for number in range(8):
        (out / f"{name}-{number}.xml").write_bytes(etree.tostring(vihf.signed()))
    (out / f"{name}.paths").write_text(
        f"{demo_file.parent / actor['cert']}\n{demo_file.parent / actor['key']}\n{actor['organisation']}\n"
    )
(out / "ca.paths").write_text(f"{demo_file.parent / demo['ca']}\n")
(out / "patient.txt").write_text(
    "\n".join(patient[it] for it in ("ins", "oid", "family", "given", "birth_date", "sex", "birth_place")) + "\n"
)
