//! Documents that want to act on who reads them: F01 to F05.

use clinical::render::{self, Limits};

use crate::{html, safe, view, with_body, with_text};

/// A narrative, and what must not be left of it.
const NARRATIVES: [(&str, &[&str]); 30] = [
    // F01: links that run.
    ("<linkHtml href='javascript:alert(1)'>x</linkHtml>", &["javascript", "alert"]),
    ("<linkHtml href='JaVaScRiPt:alert(1)'>x</linkHtml>", &["script", "alert"]),
    ("<linkHtml href=' &#9;java&#10;script:alert(1)'>x</linkHtml>", &["script:", "alert"]),
    ("<linkHtml href='data:text/html;base64,PHNjcmlwdD4='>x</linkHtml>", &["data:", "PHNj"]),
    ("<linkHtml href='vbscript:msgbox(1)'>x</linkHtml>", &["vbscript", "msgbox"]),
    ("<linkHtml href='//evil.example/x'>x</linkHtml>", &["evil", "href"]),
    ("<linkHtml href='https://evil.example/\"onclick=\"alert(1)'>x</linkHtml>", &["\"onclick", "href"]),
    ("<linkHtml href='https://evil.example/&lt;script&gt;'>x</linkHtml>", &["<script", "href"]),
    (
        "<linkHtml href='#a\" onclick=\"alert(1)' ID='a\" onclick=\"alert(1)'>x</linkHtml>",
        &["onclick", "alert"],
    ),
    (
        "<linkHtml name='javascript:a' rel='preload' rev='b' title='c' href='#x'>x</linkHtml>",
        &["preload", "javascript"],
    ),
    ("<a xmlns='http://www.w3.org/1999/xhtml' href='javascript:alert(1)'>x</a>", &["<a", "alert"]),
    // F02: handlers and styles.
    (
        "<table onmouseover='alert(1)' style='x:expression(alert(1))'><tr><td>x</td></tr></table>",
        &["onmouse", "alert", "style"],
    ),
    ("<td onload='alert(1)'>x</td><tr onclick='alert(1)'><td>y</td></tr>", &["onload", "onclick", "alert"]),
    ("<content styleCode='color:red;background:url(https://evil.example/)'>x</content>", &["color", "evil"]),
    ("<content styleCode='Bold\" onclick=\"alert(1)'>x</content>", &["onclick", "cda-bold"]),
    (
        "<paragraph class='login-form' id='login' style='position:fixed'>x</paragraph>",
        &["login", "position", "style"],
    ),
    (
        "<table border='1' background='https://evil.example/a.png' width='9999999'><tr><td height='9' colspan='-1' rowspan='99999999999999999999'>x</td></tr></table>",
        &["evil", "width", "height", "colspan", "rowspan"],
    ),
    ("<content ID='csrf-token'>x</content><linkHtml href='#csrf-token'>y</linkHtml>", &["csrf"]),
    ("<style>body{display:none}</style>x", &["display", "style"]),
    ("<script>alert(1)</script>x", &["script", "alert"]),
    (
        "<SCRIPT>alert(1)</SCRIPT><h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>x",
        &["alert", "cript"],
    ),
    (
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><text>boo</text></svg>x",
        &["svg", "alert", "boo"],
    ),
    (
        "<iframe src='https://evil.example/'>z</iframe><object data='https://evil.example/'/><embed/>x",
        &["evil", "iframe", "object", "embed"],
    ),
    (
        "<form action='https://evil.example/'><input name='password'/><button>ok</button></form>x",
        &["<form", "<input", "<button", "evil", "password"],
    ),
    ("<![CDATA[<script>alert(1)</script>]]>", &["<script"]),
    ("&lt;img src=x onerror=alert(1)&gt;", &["<img"]),
    ("<?php evil ?><!-- <script>alert(1)</script> -->x", &["php", "alert", "<!--"]),
    // F03: what would tell somebody that it was read.
    ("<img xmlns='http://www.w3.org/1999/xhtml' src='https://evil.example/p.png'/>x", &["<img", "evil"]),
    ("<renderMultiMedia referencedObject='https://evil.example/p.png'/>x", &["<img", "evil"]),
    ("<renderMultiMedia referencedObject='ext'/>x", &["<img", "evil"]),
];

const EXTERNAL: &str = "<entry><observationMedia ID='ext'><value mediaType='image/png'>\
    <reference value='https://evil.example/p.png'/></value></observationMedia></entry>";

#[test]
fn nothing_that_acts_is_left() {
    for (narrative, forbidden) in NARRATIVES {
        let body = format!(
            "<component><section><title>T</title><text>{narrative}</text>{EXTERNAL}</section></component>"
        );
        let html = html(&view(&with_body(&body)));
        safe::check(&html);
        for word in forbidden {
            assert!(!html.to_lowercase().contains(&word.to_lowercase()), "{narrative}: {word} in {html}");
        }
        // What is left is what there was to read.
        let words = safe::words(&html);
        assert!(words.contains('x') || narrative.contains("alert(1)"), "{narrative}");
    }
}

#[test]
fn titles_and_headers_are_text() {
    let document = with_text("a")
        .replace("<title>Titre</title>", "<title>&lt;script&gt;\u{202E}&amp;</title>")
        .replace("Lettre de liaison à la sortie", "&lt;b onclick='x'&gt;\u{202E}")
        .replace("<family>FICTIF</family>", "<family>\u{2066}FIC<b>TIF</b></family>");
    let view = view(&document);
    let html = html(&view);
    safe::check(&html);
    assert!(html.contains("<h2>&lt;script&gt;&amp;</h2>"));
    // Values, for the page to escape: nothing in them turns the line around.
    assert_eq!(view.header.title, "<b onclick='x'>");
    assert_eq!(view.header.authors[0].name.as_deref(), Some("Alix FICTIF"));
    // People and titles do not print.
    let printed = format!("{view:?}");
    assert!(!printed.contains("FICTIF") && !printed.contains("onclick") && !printed.contains("EXEMPLE"));
}

/// F04: the same document with any stylesheet around or before it is shown the same.
#[test]
fn no_stylesheet_is_obeyed() {
    let plain = include_str!("../fixtures/level-3.xml");
    let presented = include_str!("../fixtures/self-presenting.xml");
    let expected = html(&view(plain));
    let evil = "<?xml-stylesheet type=\"text/xsl\" href=\"https://evil.example/x.xsl\"?>";
    let script = "<script>alert(1)</script><img src='https://evil.example/'/>";
    for hostile in [
        plain.replace("<?xml-stylesheet type=\"text/xsl\" href=\"cda.xsl\"?>", evil),
        presented.replace("<body>", &format!("<body onload='alert(1)'>{script}")),
        presented.replace("<xsl:output", &format!("{script}<xsl:output")),
    ] {
        assert!(hostile != plain && hostile != presented);
        assert_eq!(html(&view(&hostile)), expected);
    }
}

/// F01: a body that is only an address holds nothing, and is not asked for.
#[test]
fn a_body_that_is_elsewhere_is_not_shown() {
    let fixture = include_str!("../fixtures/level-1-pdf.xml");
    let (before, rest) = fixture.split_once("<nonXMLBody>").expect("a body");
    let (_, after) = rest.split_once("</nonXMLBody>").expect("its end");
    for address in ["javascript:alert(1)", "data:text/html,x", "https://evil.example/"] {
        let text = format!("<text mediaType='application/pdf'><reference value='{address}'/></text>");
        let document = format!("{before}<nonXMLBody>{text}</nonXMLBody>{after}");
        let error = render::cda(document.as_bytes(), &Limits::default()).expect_err("refused");
        assert!(!error.to_string().contains("evil") && !error.to_string().contains("alert"));
    }
}

/// Many links to many places, deep inside one another: read in the time of their number.
#[test]
fn links_and_objects_cost_no_more_than_they_are() {
    let many = 5_000;
    let mut text = String::new();
    for number in 0..many {
        text.push_str(&format!(
            "<content ID='i{number}'>a</content><linkHtml href='#i{number}'>b</linkHtml>\
             <renderMultiMedia referencedObject='all i{number} none'/>"
        ));
    }
    let acts = "<act/>".repeat(many);
    let body = format!(
        "<component><section><text>{text}</text><entry><organizer ID='all'>{acts}</organizer></entry></section></component>"
    );
    let view = render::cda(with_body(&body).as_bytes(), &Limits::default()).expect("a document");
    safe::check(&html(&view));
}
