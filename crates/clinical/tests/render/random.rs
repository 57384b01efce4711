//! Narratives nobody would write: any element inside any other, any attribute on it; and our
//! fixtures with some bytes changed. Nothing panics, nothing unlisted comes out, no word is lost.

use clinical::render::{self, Body, Limits};
use proptest::prelude::*;

use crate::{html, safe, view, with_text};

const ELEMENTS: [&str; 30] = [
    "content",
    "paragraph",
    "list",
    "item",
    "caption",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "col",
    "colgroup",
    "br",
    "sub",
    "sup",
    "linkHtml",
    "footnote",
    "footnoteRef",
    "renderMultiMedia",
    "text",
    "section",
    "title",
    "script",
    "style",
    "svg",
    "div",
    "img",
    "nonsense",
];

const ATTRIBUTES: [&str; 20] = [
    "ID='a'",
    "ID='b'",
    "href='#a'",
    "href='#b'",
    "href='https://a.example/'",
    "href='javascript:x'",
    "href='x'",
    "styleCode='Bold Underline'",
    "styleCode='LittleRoman'",
    "listType='ordered'",
    "revised='delete'",
    "colspan='3'",
    "rowspan='99999'",
    "align='right'",
    "IDREF='a'",
    "referencedObject='a b'",
    "onclick='x'",
    "style='x'",
    "xmlns='http://www.w3.org/1999/xhtml'",
    "xmlns='urn:hl7-org:v3'",
];

#[derive(Debug, Clone)]
enum Piece {
    Word,
    Space,
    Element(&'static str, Option<&'static str>, Vec<Piece>),
}

fn piece() -> impl Strategy<Value = Piece> {
    let leaf = prop_oneof![4 => Just(Piece::Word), 1 => Just(Piece::Space)];
    leaf.prop_recursive(12, 120, 6, |inner| {
        (
            prop::sample::select(ELEMENTS.as_slice()),
            prop::option::of(prop::sample::select(ATTRIBUTES.as_slice())),
            prop::collection::vec(inner, 0..6),
        )
            .prop_map(|(name, attribute, inside)| Piece::Element(name, attribute, inside))
    })
}

/// Writes pieces; words are numbered, and those that are to be read are remembered.
fn write(pieces: &[Piece], out: &mut String, count: &mut usize, expected: &mut Vec<String>, read: bool) {
    for piece in pieces {
        match piece {
            Piece::Word => {
                let word = format!("[{count}]");
                *count += 1;
                out.push_str(&word);
                if read {
                    expected.push(word);
                }
            }
            Piece::Space => out.push_str(" \n "),
            Piece::Element(name, attribute, inside) => {
                let attribute = attribute.unwrap_or_default();
                out.push_str(&format!("<{name} {attribute}>"));
                let read = read && !matches!(*name, "script" | "style" | "svg");
                write(inside, out, count, expected, read);
                out.push_str(&format!("</{name}>"));
            }
        }
    }
}

#[derive(Debug, Clone)]
enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index, usize),
    Insert(prop::sample::Index, &'static str),
    Swap(&'static str, &'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let texts = vec![
        "<td>",
        "</td>",
        "<paragraph/>",
        "<c:td/>",
        "<script>x</script>",
        "&lt;",
        "<![CDATA[<b>]]>",
        " ID='a'",
        " onclick='x'",
        "<!-- -->",
        "<component><section/></component>",
    ];
    let names =
        vec!["thead", "tbody", "tr", "th", "td", "paragraph", "section", "text", "title", "component"];
    prop_oneof![
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (any::<prop::sample::Index>(), 1..40_usize).prop_map(|(at, length)| Change::Cut(at, length)),
        (any::<prop::sample::Index>(), prop::sample::select(texts))
            .prop_map(|(at, text)| Change::Insert(at, text)),
        (prop::sample::select(names), prop::sample::select(ELEMENTS.as_slice()))
            .prop_map(|(from, to)| Change::Swap(from, to)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    // The body is what is shown: most changes go there.
    let start = bytes.len() * 3 / 4;
    let place = |at: &prop::sample::Index, length: usize| start + at.index((length - start).max(1));
    match change {
        Change::Set(at, byte) => {
            let at = place(at, bytes.len());
            if let Some(old) = bytes.get_mut(at) {
                *old = *byte;
            }
        }
        Change::Cut(at, length) => {
            let at = place(at, bytes.len()).min(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.drain(at..end);
        }
        Change::Insert(at, text) => {
            let at = place(at, bytes.len()).min(bytes.len());
            bytes.splice(at..at, text.bytes());
        }
        Change::Swap(from, to) => {
            let text = String::from_utf8_lossy(bytes);
            let swapped = ["<", "</", "<c:", "</c:"].iter().fold(text.into_owned(), |text, open| {
                text.replace(&format!("{open}{from}>"), &format!("{open}{to}>"))
            });
            *bytes = swapped.into_bytes();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_narrative_is_shown_whole_and_safe(pieces in prop::collection::vec(piece(), 1..8)) {
        let (mut text, mut count, mut expected) = (String::new(), 0, Vec::new());
        write(&pieces, &mut text, &mut count, &mut expected, true);
        let document = with_text(&text);
        let html = html(&view(&document));
        safe::check(&html);
        let words = safe::words(&html);
        for number in 0..count {
            let word = format!("[{number}]");
            let shown = words.matches(&word).count();
            prop_assert_eq!(shown, usize::from(expected.contains(&word)), "{} in {}", word, html);
        }
    }

    #[test]
    fn a_changed_document_is_refused_or_safe(
        seed in 0..2_usize,
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let fixtures: [&[u8]; 2] =
            [include_bytes!("../fixtures/level-3.xml"), include_bytes!("../fixtures/self-presenting.xml")];
        let mut bytes = fixtures[seed].to_vec();
        changes.iter().for_each(|change| apply(&mut bytes, change));
        if let Ok(view) = render::cda(&bytes, &Limits::default()) {
            if let Body::Narrative(_) = view.body {
                safe::check(&html(&view));
            }
            prop_assert!(render::plain_text(&bytes).is_ok());
        }
    }

    #[test]
    fn any_text_is_shown_whole_and_safe(text in "[ -~\\n\\té€\u{202e}\u{85}\u{fffe}]{0,300}", latin in any::<bool>()) {
        let charset = latin.then_some("iso-8859-1");
        if let Ok(narrative) = render::text(text.as_bytes(), charset, &Limits::default()) {
            let frame = render::Frame::new(2, "doc", &render::French).expect("a frame");
            let html = narrative.html(&[], &frame);
            safe::check(&html);
            if !latin {
                let said: String = text
                    .chars()
                    .filter(|character| !character.is_whitespace() && *character != '\u{202e}')
                    .map(|character| if character == '\u{fffe}' { '\u{fffd}' } else { character })
                    .collect();
                prop_assert_eq!(safe::words(&html), said);
            }
        }
    }
}
