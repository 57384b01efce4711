//! What a document that was read says, and that writing and reading are inverse.

#![allow(clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use xml::{Content, Document, Limits, WriteError, Writer, escape_attribute, escape_text};

fn read(text: &str) -> Document {
    Document::parse(text.as_bytes(), &Limits::default()).expect("must be read")
}

#[test]
fn names_are_resolved_where_they_stand() {
    let document = read(
        "<a xmlns='u' xmlns:p='v' x='0' p:x='1' xml:lang='fr'><p:b/><b xmlns=''><c p:d='2'/></b><b xmlns:p='w'><p:b/></b><p:e/></a>",
    );
    let root = document.root();
    assert_eq!(root.name(), ("u", "a"));
    assert_eq!(root.attribute("x"), Some("0"));
    assert_eq!(root.attribute_in("v", "x"), Some("1"));
    assert_eq!(root.attribute_in(xml::XML_NAMESPACE, "lang"), Some("fr"));
    assert_eq!(root.attribute("xmlns"), None);
    assert_eq!(root.attributes().count(), 3);
    let names: Vec<_> = root.descendants().map(|node| node.name()).collect();
    assert_eq!(names, [("v", "b"), ("", "b"), ("", "c"), ("u", "b"), ("w", "b"), ("v", "e")]);
    assert_eq!(
        root.child("u", "b").and_then(|b| b.child("w", "b")).map(|b| b.path()).as_deref(),
        Some("/a/b/b")
    );
    assert_eq!(root.children_named("", "b").count(), 1);
    assert_eq!(root.children().count(), 4);
    assert!(root.parent().is_none());
}

#[test]
fn text_is_whole_whatever_cuts_it() {
    let document = read("<a>1<!-- 0 -->2<b>3<![CDATA[<4>]]>&#53;</b><?p 0?>6\r\n7\r8</a>");
    assert_eq!(document.root().text(), "123<4>56\n7\n8");
    assert_eq!(read("<a/>").root().text(), "");
    assert_eq!(read("<a b=' x\r\ny\tz&#10;'/>").root().attribute("b"), Some(" x y z\n"));
    let document = read("<a>x&amp;y<b/>&lt;z<!--c--><?p  d ?></a>");
    let contents: Vec<_> = document
        .root()
        .contents()
        .map(|content| match content {
            Content::Element(node) => format!("<{}>", node.name().1),
            Content::Text(text) => text.to_owned(),
            Content::Comment(text) => format!("#{text}"),
            Content::Instruction(instruction) => format!("?{}:{}", instruction.target, instruction.data),
        })
        .collect();
    assert_eq!(contents, ["x&y", "<b>", "<z", "#c", "?p:d "]);
}

#[test]
fn a_range_is_the_element_and_a_path_its_place() {
    let text = "\u{FEFF}<?xml version='1.0'?><!-- é --><a><b c='é'>é</b ><b/><c><b/></c></a>\n<?end?>";
    let document = read(text);
    let ranges: Vec<_> = std::iter::once(document.root())
        .chain(document.root().descendants())
        .map(|node| (node.path(), &document.source()[node.range()]))
        .collect();
    assert_eq!(
        ranges,
        [
            ("/a".to_owned(), "<a><b c='é'>é</b ><b/><c><b/></c></a>"),
            ("/a/b[1]".to_owned(), "<b c='é'>é</b >"),
            ("/a/b[2]".to_owned(), "<b/>"),
            ("/a/c".to_owned(), "<c><b/></c>"),
            ("/a/c/b".to_owned(), "<b/>"),
        ]
    );
}

#[test]
fn nothing_prints_its_content() {
    let document = read("<?p DUPONT?><a b='DUPONT'>DUPONT</a>");
    let root = document.root();
    let printed = format!(
        "{document:?} {root:?} {:?} {:?}",
        root.attributes().collect::<Vec<_>>(),
        document.instructions().collect::<Vec<_>>()
    );
    assert!(!printed.contains("DUPONT"), "{printed}");
}

#[test]
fn the_writer_refuses_what_is_no_document() {
    let refused = |write: for<'w> fn(&'w mut Writer) -> &'w mut Writer| {
        let mut writer = Writer::new();
        write(&mut writer);
        writer.finish().expect_err("must be refused")
    };
    assert_eq!(refused(|w| w), WriteError::Balance);
    assert_eq!(refused(|w| w.start("a")), WriteError::Balance);
    assert_eq!(refused(|w| w.start("a").end().end()), WriteError::Balance);
    assert_eq!(refused(|w| w.start("a").end().start("b").end()), WriteError::Balance);
    assert_eq!(refused(|w| w.start("a").end().text("x")), WriteError::Balance);
    assert_eq!(refused(|w| w.start("a").text("x").attribute("b", "").end()), WriteError::Balance);
    assert_eq!(refused(|w| w.start("a b").end()), WriteError::Name);
    assert_eq!(refused(|w| w.start("a").attribute("b='' c", "").end()), WriteError::Name);
    assert_eq!(refused(|w| w.start("a").text("\0").end()), WriteError::Character);
}

/// Any text XML can hold.
fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => prop::sample::select(vec!['<', '>', '&', '\'', '"', '\r', '\n', '\t', ' ', ']', ';', '#', 'é', '€']),
        1 => any::<char>().prop_filter("allowed", |c| {
            !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
        }),
    ];
    prop::collection::vec(character, 0..20).prop_map(String::from_iter)
}

/// Bytes that look enough like XML to reach every corner of the parser.
fn markup() -> impl Strategy<Value = Vec<u8>> {
    let pieces = vec![
        "<a>",
        "</a>",
        "<a/>",
        "<b c='d'>",
        "</b>",
        "<p:a xmlns:p='u'>",
        "</p:a>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?p ",
        "?>",
        "&amp;",
        "&#65;",
        "&",
        ";",
        "<",
        ">",
        "'",
        "\"",
        "=",
        " ",
        "\r\n",
        "é",
        "x",
        "<!DOCTYPE a",
        "[",
        "]>",
        "<?xml version='1.0'",
        " encoding='UTF-8'",
        "xmlns='u'",
        "\u{FEFF}",
        "--",
        "/",
    ];
    prop_oneof![
        2 => prop::collection::vec(prop::sample::select(pieces), 0..24).prop_map(|pieces| pieces.concat().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..64),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(value in text(), inside in text(), after in text()) {
        let mut writer = Writer::with_declaration();
        writer.start("a").attribute("b", &value).text(&inside).element("c", &after).end();
        let written = writer.finish().expect("a document");
        let document = read(&written);
        prop_assert_eq!(document.root().attribute("b"), Some(value.as_str()));
        let whole = format!("{inside}{after}");
        prop_assert_eq!(document.root().text().into_owned(), whole);
        let c = document.root().child("", "c").expect("written");
        prop_assert_eq!(c.text().into_owned(), after);
        prop_assert_eq!(document.root().children().count(), 1);
    }

    #[test]
    fn escaped_text_holds_no_markup(value in text()) {
        prop_assert!(!escape_text(&value).contains(['<', '>', '\r']));
        prop_assert!(!escape_attribute(&value).contains(['<', '>', '"', '\'', '\r', '\n', '\t']));
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in markup()) {
        let limits = Limits { depth: 8, nodes: 40, ..Limits::default() };
        if let Ok(document) = Document::parse(&bytes, &limits) {
            // What was accepted is coherent: each element can be cut out and, unless it
            // lives on a declaration around it, read again to the same text.
            let root = document.root();
            for node in std::iter::once(root).chain(root.descendants()) {
                let cut = &document.source()[node.range()];
                prop_assert!(cut.starts_with('<') && cut.ends_with('>'));
                if let Ok(again) = Document::parse(cut.as_bytes(), &limits) {
                    prop_assert_eq!(again.root().text(), node.text());
                    prop_assert_eq!(again.root().descendants().count(), node.descendants().count());
                }
                prop_assert_eq!(node.children().filter(|child| child.parent() != Some(node)).count(), 0);
            }
        }
    }
}
