//! Nothing that arrives makes a reader panic, and time is bounded.

use ihe::mtom;
use ihe::xds::{iti18, iti41, iti42, iti43, iti57};
use proptest::prelude::*;
use xml::{Document, Limits};

use crate::fixtures::*;

/// Every reader, on every element of a document.
fn read_all(bytes: &[u8]) {
    let Ok(document) = Document::parse(bytes, &Limits::default()) else { return };
    for node in std::iter::once(document.root()).chain(document.root().descendants()) {
        let _ = (iti41::decode(&node, 100), iti42::decode(&node), iti57::decode(&node));
        let _ = (iti18::decode(&node), iti43::decode(&node), mtom::include(&node));
    }
}

/// A message with one piece of it cut out, doubled, or put elsewhere.
fn mutated(text: &str, from: usize, length: usize, to: usize, kind: u8) -> String {
    let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (from, until, to) = (floor(from), floor(from + length), floor(to));
    let piece = &text[from..until.max(from)];
    match kind % 3 {
        0 => format!("{}{}", &text[..from], &text[until.max(from)..]),
        1 => format!("{}{piece}{}", &text[..to], &text[to..]),
        _ => text.replace(piece, &text[to..floor(to + length)]),
    }
}

/// The elements of a message, to be left out or doubled whole.
fn elements(text: &str) -> Vec<std::ops::Range<usize>> {
    parse(text).root().descendants().map(|it| it.range()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn changed_messages_do_not_panic(from in 0..20_000_usize, length in 1..40_usize, to in 0..20_000_usize, kind in any::<u8>()) {
        let text = lot();
        read_all(mutated(&text, from % text.len(), length, to % text.len(), kind).as_bytes());
    }

    #[test]
    fn messages_without_or_with_an_element_twice_do_not_panic(place in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(), twice in any::<bool>()) {
        let text = lot();
        let all = elements(&text);
        let piece = place.get(&all).clone();
        let to = to.get(&all).start;
        let changed = match twice {
            true => format!("{}{}{}", &text[..to], &text[piece], &text[to..]),
            false => format!("{}{}", &text[..piece.start], &text[piece.end..]),
        };
        read_all(changed.as_bytes());
    }

    #[test]
    fn attributes_and_texts_of_any_kind_do_not_panic(value in "\\PC{0,40}|[\\^&|'(),~\\\\0-9]{0,40}", place in 0..400_usize) {
        let text = lot();
        // between the quotes, or the tags, at this place
        let ends: Vec<usize> = text.match_indices("\"").map(|(at, _)| at).chain(text.match_indices("Value>").map(|(at, _)| at + 6)).collect();
        let at = ends[place % ends.len()];
        if let Some(end) = text[at + 1..].find(['"', '<']) {
            let value = xml::escape_attribute(&value).into_owned();
            read_all(format!("{}{value}{}", &text[..at + 1], &text[at + 1 + end..]).as_bytes());
        }
    }

    #[test]
    fn values_of_queries_of_any_kind_do_not_panic(name in "\\$(XDSDocumentEntry(PatientId|Status|TypeCode|AuthorPerson|UniqueId|EventCodeList|CreationTimeFrom)|uuid|patientId)", value in "\\PC{0,40}|[\\^&|'(),0-9]{0,40}", id in 0..14_usize) {
        let ids = ["14d4debf-8f97-4251-9a74-a90016b0af0d", "5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", "10b545ea-725c-446d-9b95-8aeb444eddf3", "a7ae438b-4bc2-4642-93e9-be891f7bb155"];
        let value = xml::escape_text(&value).into_owned();
        let text = format!(
            r#"<q:AdhocQueryRequest xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:AdhocQuery id="urn:uuid:{}">{}</rim:AdhocQuery></q:AdhocQueryRequest>"#,
            ids[id % ids.len()], slot(&name, &[&value])
        );
        read_all(text.as_bytes());
    }
}
