//! Is this HTML safe? Written apart from the renderer, as a list of what may be there.

use xml::{Content, Document, Limits, Node};

const BLOCKS: [&str; 21] = [
    "section", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "div", "table", "caption", "thead",
    "tbody", "tfoot", "tr", "th", "td", "root", "",
];
const INLINES: [&str; 8] = ["span", "sub", "sup", "br", "del", "ins", "img", "a"];

/// Panics unless it is well-formed and holds nothing but what is listed here.
pub fn check(html: &str) {
    let document = parse(html);
    assert!(!html.contains("<!") && !html.contains("<?"), "markup that is no element");
    let mut level = 1;
    let mut ids = std::collections::HashSet::new();
    for node in document.root().descendants() {
        let (namespace, name) = node.name();
        assert!(namespace.is_empty(), "a namespace");
        let is_block = BLOCKS.contains(&name);
        assert!(is_block || INLINES.contains(&name), "element {name}");
        for attribute in node.attributes() {
            assert!(attribute.namespace.is_empty(), "a prefix");
            check_attribute(name, attribute.local, attribute.value);
            if attribute.local == "id" {
                assert!(ids.insert(attribute.value.to_owned()), "id {} twice", attribute.value);
            }
        }
        // What HTML would read otherwise than XML does.
        let source = document.source().get(node.range()).expect("in the source");
        assert_eq!(source.ends_with("/>"), matches!(name, "br" | "img"), "{name} closed the wrong way");
        let around: Vec<&str> = ancestors(node);
        if is_block {
            let inside_line =
                around.iter().any(|name| INLINES.contains(name) || matches!(*name, "p" | "caption"));
            assert!(!inside_line, "{name} inside a line: {around:?}");
        }
        if name == "a" {
            assert!(!around.contains(&"a"), "a link inside a link");
        }
        if let Some(digit) = name.strip_prefix('h') {
            let now: u32 = digit.parse().expect("a level");
            assert!(now <= level + 1, "h{now} after h{level}");
            assert!(!node.text().trim().is_empty(), "an empty heading");
            level = now;
        }
        let parents: &[&str] = match name {
            "li" => &["ul", "ol"],
            "tr" => &["thead", "tbody", "tfoot"],
            "th" | "td" => &["tr"],
            "thead" | "tbody" | "tfoot" | "caption" => &["table"],
            _ => continue,
        };
        assert!(parents.contains(&around[0]), "{name} in {}", around[0]);
    }
}

fn check_attribute(element: &str, name: &str, value: &str) {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let own_id = |id: &str| id.strip_prefix("doc-t").or(id.strip_prefix("doc-f")).is_some_and(digits);
    let fine = match (element, name) {
        (_, "class") => {
            !value.is_empty() && value.split(' ').all(|class| clinical::render::CLASSES.contains(&class))
        }
        ("span" | "div" | "section", "id") => own_id(value),
        ("a", "href") => {
            value.strip_prefix('#').is_some_and(own_id) || value.strip_prefix("/media/").is_some_and(digits)
        }
        ("img", "src") => value.strip_prefix("/media/").is_some_and(digits),
        ("img", "alt") => value.starts_with("Image ") && value.ends_with(" jointe au document"),
        ("img", "width" | "height") => digits(value),
        ("th" | "td", "colspan") => value.parse::<u32>().is_ok_and(|span| (2..=100).contains(&span)),
        ("th" | "td", "rowspan") => value.parse::<u32>().is_ok_and(|span| (2..=1000).contains(&span)),
        ("th", "scope") => matches!(value, "col" | "row"),
        ("div", "tabindex") => value == "0",
        ("div", "role") => value == "group",
        ("div", "aria-label") => value.strip_prefix("Tableau ").is_some_and(digits),
        _ => false,
    };
    assert!(fine, "{element}/@{name}={value:?}");
}

/// Names of the elements around, the nearest first.
fn ancestors(node: Node<'_>) -> Vec<&str> {
    std::iter::successors(node.parent(), Node::parent).map(|node| node.name().1).collect()
}

fn parse(html: &str) -> Document {
    let limits = Limits { bytes: 1 << 28, nodes: 5_000_000, depth: 1000, ..Limits::default() };
    Document::parse(format!("<root>{html}</root>").as_bytes(), &limits).expect("well-formed")
}

/// The text of the HTML that comes from the document, white space apart.
pub fn words(html: &str) -> String {
    let document = parse(html);
    let mut out = String::new();
    collect(document.root(), &mut out);
    out
}

fn collect(node: Node<'_>, out: &mut String) {
    let class = node.attribute("class").unwrap_or_default();
    let ours = ["cda-note", "cda-mark", "cda-number", "cda-from-code"];
    if class.split(' ').any(|class| ours.contains(&class)) {
        return;
    }
    for content in node.contents() {
        match content {
            Content::Text(text) => out.extend(text.chars().filter(|character| !character.is_whitespace())),
            Content::Element(child) => collect(child, out),
            _ => {}
        }
    }
}
