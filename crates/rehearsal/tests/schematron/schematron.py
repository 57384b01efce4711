"""Turns a schematron with XPath 2 into a stylesheet that lists what a document breaks: Debian has a processor of
XSLT 2 and nothing that reads schematron for it.

usage: schematron.py schema.sch out.xsl

The stylesheet answers <faults><fault role="" at="">words</fault>…</faults>. What the schema includes and is not there
is named on standard error.
"""

import copy
import pathlib
import re
import sys

from lxml import etree

SCH, XSL = "http://purl.oclc.org/dsdl/schematron", "http://www.w3.org/1999/XSL/Transform"
sch, xsl = lambda name: f"{{{SCH}}}{name}", lambda name: f"{{{XSL}}}{name}"


def loaded(path, missing):
    """A schema with everything it includes in its place."""
    root = etree.parse(str(path), etree.XMLParser(remove_comments=True, remove_pis=True)).getroot()
    for include in list(root.iter(sch("include"))):
        target = path.parent / include.get("href").partition("#")[0]
        parent, at = include.getparent(), include.getparent().index(include)
        parent.remove(include)
        if not target.is_file():
            missing.append(target.name)
            continue
        there = loaded(target.resolve(), missing)
        # a pattern within a pattern, and a schema within a schema, are their content
        inside = list(there) if there.tag in (parent.tag, sch("schema")) else [there]
        for number, child in enumerate(inside):
            parent.insert(at + number, child)
    return root


def concrete(root):
    """The patterns to run: those of an abstract one with their parameters filled in."""
    patterns = list(root.iter(sch("pattern")))
    abstract = {it.get("id"): it for it in patterns if it.get("abstract") == "true"}
    for pattern in patterns:
        if pattern.get("abstract") == "true":
            continue
        of = pattern.get("is-a")
        if of is None:
            yield pattern
        elif of in abstract:
            filled = copy.deepcopy(abstract[of])
            values = {it.get("name"): it.get("value") for it in pattern.iter(sch("param"))}
            names = sorted(values, key=len, reverse=True)
            for element in filled.iter():
                for key, text in element.attrib.items():
                    for name in names:
                        text = text.replace(f"${name}", values[name])
                    element.set(key, text)
            yield filled


def put(parent, element, text=None, /, **attributes):
    made = etree.SubElement(parent, xsl(element), attributes)
    made.text = text
    return made


def let(parent, it):
    put(parent, "variable", name=it.get("name"), select=it.get("value"))


def words(parent, it):
    """The words of an assertion, with the values it shows."""
    put(parent, "text", it.text or "")
    for child in it:
        if child.tag == sch("value-of"):
            put(parent, "value-of", select=child.get("select"))
        elif child.tag == sch("name"):
            put(parent, "value-of", select=child.get("path", ".") and "name()")
        else:
            words(parent, child)
        put(parent, "text", child.tail or "")


NAMED = re.compile(r"doc\('([^']+)'\)")


def checks(template, rule, abstract, folder, missing):
    for it in rule:
        if it.tag == sch("let"):
            let(template, it)
        elif it.tag == sch("extends"):
            checks(template, abstract[it.get("rule")], abstract, folder, missing)
        elif it.tag in (sch("assert"), sch("report")):
            test = it.get("test")
            # a value set that is not there holds nothing to anything
            absent = [name for name in NAMED.findall(test) if not (folder / name).is_file()]
            missing.extend(absent)
            if absent:
                continue
            broken = put(template, "if", test=f"not({test})" if it.tag == sch("assert") else test)
            fault = etree.SubElement(broken, "fault", role=it.get("role", "error"))
            put(put(fault, "attribute", name="at"), "value-of", select="string-join(ancestor-or-self::*/name(), '/')")
            words(fault, it)


def stylesheet(schema):
    missing = []
    root = loaded(schema, missing)
    spaces = {it.get("prefix"): it.get("uri") for it in root.iter(sch("ns")) if it.get("prefix") != "xml"}
    # prefixes that a schema declares as XML does, and not as schematron does
    for element in root.iter():
        for prefix, uri in element.nsmap.items():
            if prefix and prefix not in spaces:
                spaces[prefix] = uri
    sheet = etree.Element(xsl("stylesheet"), {"version": "2.0"}, nsmap={**spaces, "xsl": XSL})
    sheet.set("{http://www.w3.org/XML/1998/namespace}base", schema.as_uri())
    abstract = {it.get("id"): it for it in root.iter(sch("rule")) if it.get("abstract") == "true"}
    known = set()
    patterns = list(concrete(root))
    for it in [*root.findall(sch("let")), *(it for pattern in patterns for it in pattern.findall(sch("let")))]:
        if it.get("name") not in known:
            known.add(it.get("name"))
            let(sheet, it)
    start = put(sheet, "template", match="/")
    faults = etree.SubElement(start, "faults")
    for number, pattern in enumerate(patterns):
        mode = f"p{number}"
        put(faults, "apply-templates", select="/", mode=mode)
        rules = [it for it in pattern.findall(sch("rule")) if it.get("abstract") != "true"]
        for place, rule in enumerate(rules):
            # of the rules of a pattern, a node meets the first that fits it
            template = put(sheet, "template", match=rule.get("context"), mode=mode, priority=str(len(rules) - place))
            checks(template, rule, abstract, schema.parent, missing)
            put(template, "apply-templates", select="@*|node()", mode=mode)
        for match in ("/", "@*|node()"):
            template = put(sheet, "template", match=match, mode=mode, priority="-5")
            put(template, "apply-templates", select="@*|node()", mode=mode)
    return sheet, missing


def main():
    schema, out = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    sheet, missing = stylesheet(schema)
    etree.ElementTree(sheet).write(out, encoding="utf-8")
    for name in sorted(set(missing)):
        print(f"not there: {name}", file=sys.stderr)


if __name__ == "__main__":
    main()
