//! What must be known of a whole document before its first line is read: where links lead,
//! how footnotes are numbered, which files are cited.

use std::collections::{HashMap, HashSet};

use xml::Node;

use crate::cda::HL7;

/// What a `renderMultiMedia` leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cited {
    /// Files enclosed, by index.
    Files(Vec<usize>),
    /// Something at an address, which is not asked for (F03).
    External,
    /// Nothing of this document.
    Absent,
}

#[derive(Default)]
pub(super) struct Scan<'a> {
    /// Identifiers some link leads to, and their number. The identifiers themselves are never
    /// shown: with them a document could take the place of parts of the page.
    pub(super) targets: HashMap<&'a str, u32>,
    /// Footnotes by the place they begin at.
    pub(super) footnotes: HashMap<usize, u32>,
    /// Footnotes by identifier.
    pub(super) footnote_ids: HashMap<&'a str, u32>,
    cited: HashMap<&'a str, Cited>,
    /// Files that the text shows somewhere.
    pub(super) mentioned: HashSet<usize>,
}

impl<'a> Scan<'a> {
    /// Reads `body`; `places` says where each enclosed file begins.
    pub(super) fn of(body: Node<'a>, places: &[usize]) -> Self {
        let mut scan = Self::default();
        let mut linked: HashSet<&str> = HashSet::new();
        let mut shown: Vec<&str> = Vec::new();
        let is_section = |node: &Node<'_>| node.is(HL7, "section");
        for section in body.descendants().filter(is_section) {
            for node in section.children_named(HL7, "text").flat_map(|text| text.descendants()) {
                match node.name().1 {
                    "linkHtml" => linked.extend(target(node)),
                    "renderMultiMedia" => shown.extend(cited(node)),
                    "footnote" => {
                        let number =
                            u32::try_from(scan.footnotes.len()).unwrap_or(u32::MAX).saturating_add(1);
                        scan.footnotes.insert(node.range().start, number);
                        if let Some(id) = node.attribute("ID") {
                            scan.footnote_ids.entry(id).or_insert(number);
                        }
                    }
                    _ => {}
                }
            }
        }
        let shown: HashSet<&str> = shown.into_iter().collect();
        let by_place: HashMap<usize, usize> =
            places.iter().enumerate().map(|(index, place)| (*place, index)).collect();
        for node in body.descendants() {
            let Some(id) = node.attribute("ID") else { continue };
            if linked.contains(id) && is_shown(node) {
                let number = u32::try_from(scan.targets.len()).unwrap_or(u32::MAX).saturating_add(1);
                scan.targets.entry(id).or_insert(number);
            }
            // Resolved once for each name: however often it is cited, its inside is read once.
            if shown.contains(id) && !scan.cited.contains_key(id) {
                let found = resolve(node, &by_place);
                if let Cited::Files(files) = &found {
                    scan.mentioned.extend(files);
                }
                scan.cited.insert(id, found);
            }
        }
        scan
    }

    /// What each object cited by a `renderMultiMedia` is.
    pub(super) fn objects(&self, node: Node<'a>) -> Vec<&Cited> {
        cited(node).map(|id| self.cited.get(id).unwrap_or(&Cited::Absent)).collect()
    }
}

/// The identifier a link leads to inside the document.
pub(super) fn target(link: Node<'_>) -> Option<&str> {
    link.attribute("href").and_then(|href| href.trim().strip_prefix('#')).filter(|id| !id.is_empty())
}

/// Objects one `renderMultiMedia` may cite.
const OBJECTS: usize = 64;

fn cited(node: Node<'_>) -> impl Iterator<Item = &str> {
    node.attribute("referencedObject").unwrap_or_default().split_whitespace().take(OBJECTS)
}

/// Only sections and what is in a narrative are shown; an entry is not.
fn is_shown(node: Node<'_>) -> bool {
    if node.is(HL7, "section") {
        return true;
    }
    let mut at = node.parent();
    while let Some(around) = at {
        at = around.parent();
        if around.is(HL7, "text") && at.is_some_and(|parent| parent.is(HL7, "section")) {
            return true;
        }
    }
    false
}

fn resolve(node: Node<'_>, by_place: &HashMap<usize, usize>) -> Cited {
    let within = || std::iter::once(node).chain(node.descendants());
    let files: Vec<usize> = within().filter_map(|node| by_place.get(&node.range().start).copied()).collect();
    if !files.is_empty() {
        return Cited::Files(files);
    }
    let elsewhere = |node: Node<'_>| node.is(HL7, "reference") && node.attribute("value").is_some();
    if within().any(elsewhere) { Cited::External } else { Cited::Absent }
}
