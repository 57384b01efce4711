//! Canonicalisation of one element: exclusive (<http://www.w3.org/2001/10/xml-exc-c14n#>), which assertions are
//! signed in, and Canonical XML 1.0, which lots are.
//!
//! What is digested is what this writes, and what is read afterwards is this, parsed again. It works on our own
//! tree, so that no second parser can see another document.

use crate::document::{AttributeData, Document, Kind, NameData, Node};
use crate::{XML_NAMESPACE, XMLNS_NAMESPACE};

/// Why an element has no canonical form here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NotCanonical {
    /// Declarations of a namespace are repeated wherever it is used anew, so that a small document can have a huge
    /// form.
    #[error("the canonical form is too long")]
    TooLong,
    /// The recommendation refuses relative names of namespaces; what is no URI at all goes with them.
    #[error("a namespace's name is not an absolute uri")]
    Namespace,
}

/// Which canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form<'p> {
    /// Only the namespaces in use, and those of the prefixes of an `InclusiveNamespaces` list (`#default` for
    /// none).
    Exclusive { prefixes: &'p [&'p str], comments: bool },
    /// All the namespaces in scope, and the attributes `xml:…` of the elements around.
    Inclusive { comments: bool },
}

/// The exclusive canonical form of an element and what is in it, without comments.
///
/// `inclusive` are the prefixes of an `InclusiveNamespaces` list; `without` is an element inside that is left out
/// with all it holds (what "enveloped signature" means); `longest` bounds the result.
pub fn canonical(
    apex: Node<'_>,
    inclusive: &[&str],
    without: Option<Node<'_>>,
    longest: usize,
) -> Result<String, NotCanonical> {
    canonical_as(apex, Form::Exclusive { prefixes: inclusive, comments: false }, without, longest)
}

/// The same in any form.
pub fn canonical_as(
    apex: Node<'_>,
    form: Form<'_>,
    without: Option<Node<'_>>,
    longest: usize,
) -> Result<String, NotCanonical> {
    let document = apex.document;
    let mut writer = Canonical {
        document,
        form,
        longest,
        out: String::new(),
        scope: Vec::new(),
        rendered: Vec::new(),
        open: Vec::new(),
    };
    writer.inherit(apex);
    writer.run(apex, without)?;
    Ok(writer.out)
}

struct Canonical<'a, 'p> {
    document: &'a Document,
    form: Form<'p>,
    longest: usize,
    out: String,
    /// Declarations in scope, outermost first: prefix (empty for the default) and name.
    scope: Vec<(&'a str, &'a str)>,
    /// Declarations written by the elements that are open.
    rendered: Vec<(&'a str, &'a str)>,
    open: Vec<Open<'a>>,
}

/// An element whose end tag is still to be written.
struct Open<'a> {
    name: &'a str,
    end: u32,
    scope: usize,
    rendered: usize,
}

impl<'a> Canonical<'a, '_> {
    /// What the elements around declare is in scope at the first one.
    fn inherit(&mut self, apex: Node<'a>) {
        let around: Vec<Node<'a>> = std::iter::successors(apex.parent(), Node::parent).collect();
        for node in around.into_iter().rev() {
            for (prefix, name) in declared(self.document, node.index) {
                self.scope.push((prefix, name));
            }
        }
    }

    fn run(&mut self, apex: Node<'a>, without: Option<Node<'_>>) -> Result<(), NotCanonical> {
        let document = self.document;
        let without = without.filter(|node| std::ptr::eq(node.document, document)).map(|node| node.index);
        let mut index = apex.index;
        let last = document.data(index).map_or(index, |data| data.end);
        while index < last {
            let Some(data) = document.data(index) else { break };
            self.close_until(index);
            if without == Some(index) {
                index = data.end;
                continue;
            }
            match &data.kind {
                Kind::Element { name, attributes } => {
                    let range = attributes.start as usize..attributes.end as usize;
                    let attributes = document.tree.attributes.get(range).unwrap_or_default();
                    self.start(index, name, attributes, data.end)?;
                }
                Kind::Text(span) => text(&mut self.out, document.value(span)),
                Kind::Instruction { target, data } => {
                    let (target, data) = (document.value(target), document.value(data));
                    self.out.push_str("<?");
                    self.out.push_str(target);
                    if !data.is_empty() {
                        self.out.push(' ');
                        self.out.push_str(data);
                    }
                    self.out.push_str("?>");
                }
                Kind::Comment(span) if self.comments() => {
                    self.out.push_str("<!--");
                    self.out.push_str(document.value(span));
                    self.out.push_str("-->");
                }
                Kind::Comment(_) | Kind::Document => {}
            }
            self.check()?;
            index += 1;
        }
        self.close_until(last);
        self.check()
    }

    fn comments(&self) -> bool {
        matches!(self.form, Form::Exclusive { comments: true, .. } | Form::Inclusive { comments: true })
    }

    fn check(&self) -> Result<(), NotCanonical> {
        if self.out.len() > self.longest { Err(NotCanonical::TooLong) } else { Ok(()) }
    }

    /// Writes the end tags of the elements that end before `index`.
    fn close_until(&mut self, index: u32) {
        while let Some(open) = self.open.pop_if(|open| open.end <= index) {
            self.scope.truncate(open.scope);
            self.rendered.truncate(open.rendered);
            self.out.push_str("</");
            self.out.push_str(open.name);
            self.out.push('>');
        }
    }

    fn start(
        &mut self,
        index: u32,
        name: &'a NameData,
        attributes: &'a [AttributeData],
        end: u32,
    ) -> Result<(), NotCanonical> {
        let document = self.document;
        let written = document.written(name);
        self.open.push(Open { name: written, end, scope: self.scope.len(), rendered: self.rendered.len() });
        for (prefix, name) in declared(document, index) {
            if !name.is_empty() && !is_absolute(name) {
                return Err(NotCanonical::Namespace);
            }
            self.scope.push((prefix, name));
        }
        self.out.push('<');
        self.out.push_str(written);

        let mut own: Vec<&AttributeData> = attributes.iter().filter(|it| !declares(document, it)).collect();
        let mut used: Vec<&str> = vec![prefix(written)];
        used.extend(own.iter().map(|it| prefix(document.written(&it.name))).filter(|it| !it.is_empty()));
        match self.form {
            Form::Exclusive { prefixes, .. } => {
                used.extend(prefixes.iter().filter_map(|listed| self.in_scope(listed)));
            }
            Form::Inclusive { .. } => {
                used.extend(self.scope.iter().map(|(prefix, _)| *prefix));
                if self.open.len() == 1 {
                    inherited(document, index, &mut own);
                }
            }
        }
        used.sort_unstable();
        used.dedup();
        for prefix in used {
            self.namespace(prefix);
            self.check()?;
        }

        own.sort_by_key(|it| (document.namespace_name(it.name.namespace), local(document.written(&it.name))));
        for attribute in own {
            self.out.push(' ');
            self.out.push_str(document.written(&attribute.name));
            self.out.push_str("=\"");
            value(&mut self.out, document.value(&attribute.value));
            self.out.push('"');
            self.check()?;
        }
        self.out.push('>');
        Ok(())
    }

    /// A listed prefix as it stands in scope, if it does.
    fn in_scope(&self, listed: &str) -> Option<&'a str> {
        let wanted = if listed == "#default" { "" } else { listed };
        self.scope.iter().rev().find(|(known, _)| *known == wanted).map(|(known, _)| *known)
    }

    /// Writes the declaration of a prefix unless an element that is open wrote the same.
    fn namespace(&mut self, prefix: &'a str) {
        if prefix == "xml" {
            return;
        }
        let find = |stack: &[(&'a str, &'a str)]| {
            stack.iter().rev().find(|(known, _)| *known == prefix).map_or("", |(_, name)| *name)
        };
        let (name, before) = (find(&self.scope), find(&self.rendered));
        if name == before {
            return;
        }
        self.rendered.push((prefix, name));
        self.out.push_str(" xmlns");
        if !prefix.is_empty() {
            self.out.push(':');
            self.out.push_str(prefix);
        }
        self.out.push_str("=\"");
        value(&mut self.out, name);
        self.out.push('"');
    }
}

/// Adds the attributes `xml:…` of the elements around that the element has not itself, the nearest first.
fn inherited<'a>(document: &'a Document, index: u32, own: &mut Vec<&'a AttributeData>) {
    let around = std::iter::successors(Node { document, index }.parent(), Node::parent);
    for node in around {
        for attribute in attributes(document, node.index) {
            let name = document.written(&attribute.name);
            let known = own.iter().any(|it| document.written(&it.name) == name);
            if document.namespace_name(attribute.name.namespace) == XML_NAMESPACE && !known {
                own.push(attribute);
            }
        }
    }
}

fn attributes(document: &Document, index: u32) -> &[AttributeData] {
    let range = match document.data(index).map(|data| &data.kind) {
        Some(Kind::Element { attributes, .. }) => attributes.start as usize..attributes.end as usize,
        _ => 0..0,
    };
    document.tree.attributes.get(range).unwrap_or_default()
}

/// The declarations an element bears: prefix and name.
fn declared(document: &Document, index: u32) -> impl Iterator<Item = (&str, &str)> {
    let declarations = attributes(document, index).iter().filter(|attribute| declares(document, attribute));
    declarations.map(|attribute| {
        let written = document.written(&attribute.name);
        let prefix = if written == "xmlns" { "" } else { local(written) };
        (prefix, document.value(&attribute.value))
    })
}

/// Whether every namespace that is declared anywhere in a document has a name that can be canonicalised. Others walk
/// the whole document to canonicalise a part of it, and stop at the first that has not.
pub(crate) fn can_be(document: &Document) -> bool {
    document.tree.namespaces.iter().all(|name| name.is_empty() || is_absolute(name))
}

/// A scheme, a colon, and what RFC 3986 lets follow: stricter than it where readers differ (no percent, no brackets,
/// nobody's name before the host).
fn is_absolute(name: &str) -> bool {
    let Some((scheme, rest)) = name.split_once(':') else { return false };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let uri = |byte: u8| plain(byte) || b":/?#@!$&'()*+,;=".contains(&byte);
    let host = match rest.strip_prefix("//") {
        None => true,
        Some(rest) => {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
            let digits = (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
            !host.is_empty() && host.bytes().all(plain) && digits
        }
    };
    scheme.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && scheme.bytes().all(fits)
        && rest.bytes().all(uri)
        && rest.matches('#').count() <= 1
        && host
}

fn declares(document: &Document, attribute: &AttributeData) -> bool {
    document.namespace_name(attribute.name.namespace) == XMLNS_NAMESPACE
}

fn prefix(written: &str) -> &str {
    written.split_once(':').map_or("", |(prefix, _)| prefix)
}

fn local(written: &str) -> &str {
    written.split_once(':').map_or(written, |(_, local)| local)
}

fn text(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

fn value(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

fn escape(out: &mut String, text: &str, replacement: impl Fn(u8) -> Option<&'static str>) {
    let mut rest = text;
    while let Some((at, with)) =
        rest.bytes().enumerate().find_map(|(at, byte)| replacement(byte).map(|with| (at, with)))
    {
        // what is replaced is ASCII, so both sides are whole characters
        out.push_str(rest.get(..at).unwrap_or_default());
        out.push_str(with);
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    out.push_str(rest);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Limits;

    fn of(source: &str, path: &[&str], inclusive: &[&str]) -> String {
        let document = Document::parse(source.as_bytes(), &Limits::default()).unwrap();
        let apex = path.iter().fold(document.root(), |node, local| {
            node.children().find(|child| child.name().1 == *local).unwrap()
        });
        canonical(apex, inclusive, None, 1 << 20).unwrap()
    }

    #[test]
    fn only_namespaces_in_use_are_written_and_each_once() {
        let source = r#"<n0:a xmlns:n0="urn:0" xmlns:n3="urn:3"><n1:b xmlns:n1="urn:1" xmlns:n2="urn:2"
            n2:x='"' n1:y="2" z="3"><n1:c/><n3:d/><n3:e xmlns:n3="urn:4"/></n1:b></n0:a>"#;
        assert_eq!(
            of(source, &["b"], &[]),
            "<n1:b xmlns:n1=\"urn:1\" xmlns:n2=\"urn:2\" z=\"3\" n1:y=\"2\" n2:x=\"&quot;\"><n1:c></n1:c>\
             <n3:d xmlns:n3=\"urn:3\"></n3:d><n3:e xmlns:n3=\"urn:4\"></n3:e></n1:b>"
        );
        assert!(of(source, &["b"], &["n0", "n3", "absent"]).starts_with(
            "<n1:b xmlns:n0=\"urn:0\" xmlns:n1=\"urn:1\" xmlns:n2=\"urn:2\" xmlns:n3=\"urn:3\" z="
        ));
    }

    #[test]
    fn the_default_namespace_is_undone_where_it_was_written() {
        let source = r#"<a xmlns="urn:a"><b xmlns=""><c/></b></a>"#;
        assert_eq!(of(source, &[], &[]), "<a xmlns=\"urn:a\"><b xmlns=\"\"><c></c></b></a>");
        assert_eq!(of(source, &["b"], &[]), "<b><c></c></b>");
        assert_eq!(
            of(r#"<a xmlns="urn:a"><p:b xmlns:p="urn:p"/></a>"#, &["b"], &["#default"]),
            "<p:b xmlns=\"urn:a\" xmlns:p=\"urn:p\"></p:b>"
        );
    }

    #[test]
    fn texts_are_escaped_as_the_recommendation_says() {
        let source =
            "<a b='&#9;&#10;&#13;&lt;>&amp;&quot;'>&#13;&lt;&gt;<![CDATA[<&]]><!-- x --><?p  q?></a>";
        assert_eq!(
            of(source, &[], &[]),
            "<a b=\"&#x9;&#xA;&#xD;&lt;>&amp;&quot;\">&#xD;&lt;&gt;&lt;&amp;<?p q?></a>"
        );
    }

    #[test]
    fn the_inclusive_form_takes_what_is_around_along() {
        let source = r#"<a xmlns="urn:a" xmlns:p="urn:p" xml:lang="fr" xml:space="preserve"><p:b xml:lang="en" z="1"
            ><!--c--><c xmlns=""/></p:b></a>"#;
        let document = Document::parse(source.as_bytes(), &Limits::default()).unwrap();
        let apex = document.root().child("urn:p", "b").unwrap();
        let start = "<p:b xmlns=\"urn:a\" xmlns:p=\"urn:p\" z=\"1\" xml:lang=\"en\" xml:space=\"preserve\">";
        for (comments, comment) in [(false, ""), (true, "<!--c-->")] {
            let form = canonical_as(apex, Form::Inclusive { comments }, None, 1 << 20);
            assert_eq!(form.unwrap(), format!("{start}{comment}<c xmlns=\"\"></c></p:b>"));
        }
        let form = Form::Exclusive { prefixes: &[], comments: true };
        let exclusive = canonical_as(apex, form, None, 1 << 20).unwrap();
        let start = "<p:b xmlns:p=\"urn:p\" z=\"1\" xml:lang=\"en\">";
        assert_eq!(exclusive, format!("{start}<!--c--><c></c></p:b>"));
    }

    #[test]
    fn an_element_can_be_left_out_and_the_length_is_bounded() {
        let document = Document::parse(b"<a><b><c/></b>t<d/></a>", &Limits::default()).unwrap();
        let root = document.root();
        let left = canonical(root, &[], root.child("", "b"), 1 << 20);
        assert_eq!(left.as_deref(), Ok("<a>t<d></d></a>"));
        assert_eq!(canonical(root, &[], None, 10), Err(NotCanonical::TooLong));
        for name in ["x", "../x", "1:x", "urn:a b", "urn:é", "urn:a%r", "urn:a#b#c", "http://a:b/", "http://"]
        {
            let source = format!("<a xmlns=\"{name}\"/>");
            let document = Document::parse(source.as_bytes(), &Limits::default()).unwrap();
            assert_eq!(canonical(document.root(), &[], None, 1 << 20), Err(NotCanonical::Namespace));
        }
    }
}
