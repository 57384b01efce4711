//! Each thing a narrative may hold, and the HTML it becomes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clinical::render::{self, Body, Frame, FrameError, French, Limits, MediaKind};

use crate::{html, html_of, narrative, safe, view, with_body, with_text};

#[test]
fn text_becomes_paragraphs_lists_and_signs() {
    for (narrative, html) in [
        ("Seul.", "<p>Seul.</p>"),
        (
            "Avant<paragraph> un <content styleCode='Bold'>deux</content> trois</paragraph>après",
            "<p>Avant</p><p>un <span class=\"cda-bold\">deux</span> trois</p><p>après</p>",
        ),
        (
            "<content styleCode='xRed BoldItalics'>a</content><content styleCode='Underline'>b</content>",
            "<p><span class=\"cda-bold cda-italic\">a</span><span class=\"cda-underline\">b</span></p>",
        ),
        ("H<sub>2</sub>O 10<sup>9</sup>/L", "<p>H<sub>2</sub>O 10<sup>9</sup>/L</p>"),
        (
            "<content revised='delete'>5 mg</content> <content revised='insert'>10 mg</content>",
            "<p><del>5\u{a0}mg</del> <ins>10\u{a0}mg</ins></p>",
        ),
        ("<br/> a <br/><br/> b <br/>", "<p>a<br/><br/>b</p>"),
        (
            "<list><caption>C</caption><item>a</item><item><paragraph>b</paragraph>c</item></list>",
            "<p class=\"cda-caption\">C</p><ul class=\"cda-disc\"><li>a</li><li><p>b</p><p>c</p></li></ul>",
        ),
        (
            "<list listType='ordered' styleCode='LittleRoman'><item>a</item></list>",
            "<ol class=\"cda-small-roman\"><li>a</li></ol>",
        ),
        // A bullet that says an order the list does not have.
        ("<list styleCode='Arabic'><item>a</item></list>", "<ul class=\"cda-disc\"><li>a</li></ul>"),
        (
            "a<footnote ID='n'>la note</footnote> b<footnoteRef IDREF='n'/>",
            "<p>a<sup class=\"cda-mark\"><a href=\"#doc-f1\">1</a></sup> b<sup class=\"cda-mark\">\
             <a href=\"#doc-f1\">1</a></sup></p><div class=\"cda-footnotes\"><div id=\"doc-f1\">\
             <span class=\"cda-number\">1</span> la note</div></div>",
        ),
        (
            "<linkHtml href='#login'>voir</linkHtml><paragraph ID='login'>ici</paragraph>",
            "<p><a href=\"#doc-t1\">voir</a></p><p><span class=\"cda-anchor\" id=\"doc-t1\"></span>ici</p>",
        ),
        (
            "<linkHtml href='#a'>voir</linkHtml><paragraph ID='a'>ici</paragraph><paragraph ID='a'>là</paragraph>",
            "<p><a href=\"#doc-t1\">voir</a></p><p><span class=\"cda-anchor\" id=\"doc-t1\"></span>ici</p><p>là</p>",
        ),
        ("<linkHtml href='#nowhere'>voir</linkHtml>", "<p>voir</p>"),
        (
            "<linkHtml href='https://www.exemple.org/a?b=1&amp;c'>une page</linkHtml>",
            "<p>une page <span class=\"cda-note\">(adresse\u{a0}: https://www.exemple.org/a?b=1&amp;c)</span></p>",
        ),
        ("<linkHtml href='https://www.exemple.org/'>exemple.org</linkHtml>", "<p>exemple.org</p>"),
        (
            "<linkHtml href='Documents/a.pdf'>la fiche</linkHtml>",
            "<p>la fiche <span class=\"cda-note\">(fichier cité, non joint au document)</span></p>",
        ),
        (
            "<renderMultiMedia referencedObject='rien'/>",
            "<p><span class=\"cda-note\">(fichier cité, absent du document)</span></p>",
        ),
        // Unicode's overrides would have it read "gm 5".
        ("\u{202E}5 mg\u{202C}", "<p>5\u{a0}mg</p>"),
    ] {
        assert_eq!(html_of(narrative), html, "{narrative}");
    }
}

#[test]
fn tables_keep_their_headings_and_their_values_whole() {
    let shown = html_of(
        "<table border='1' width='100%'><caption>Biologie</caption><col width='10'/>\
         <thead><tr><th>Analyse</th><th colspan='2' align='center'>Résultat</th></tr></thead>\
         <tfoot><tr><td colspan='999999'>fin</td></tr></tfoot>\
         <tbody><tr><th>TSH</th><td align='right'><content ID='r1'>&lt; 0,75</content> mUI/L</td>\
         <td rowspan='0'>deux mots au moins ici</td></tr></tbody></table>",
    );
    assert_eq!(
        shown,
        "<div class=\"cda-table\" role=\"group\" tabindex=\"0\" aria-label=\"Tableau 1\"><table>\
         <caption>Biologie</caption>\
         <thead><tr><th scope=\"col\">Analyse</th>\
         <th scope=\"col\" colspan=\"2\" class=\"cda-center\">Résultat</th></tr></thead>\
         <tbody><tr><th scope=\"row\">TSH</th>\
         <td class=\"cda-right\"><span class=\"nowrap\">&lt;\u{a0}0,75 mUI/L</span></td>\
         <td>deux mots au moins ici</td></tr></tbody>\
         <tfoot><tr><td colspan=\"100\">fin</td></tr></tfoot></table></div>"
    );
    // Rows without a body, a first row of headings only, a heading of nothing.
    let shown = html_of("<table><tr><th>A</th><th/></tr><tr><td>a</td><td/></tr></table>");
    assert_eq!(
        shown,
        "<div class=\"cda-table\"><table><tbody><tr><th scope=\"col\">A</th><td></td></tr>\
         <tr><td>a</td><td></td></tr></tbody></table></div>"
    );
}

#[test]
fn sections_nest_and_say_when_they_have_no_text() {
    let document = with_body(
        "<component><section><title>Un</title><text>a</text>\
           <component><section><code code='1' displayName='Deux'/><entry/></section></component>\
           <component><section><title>Trois</title><text/></section></component>\
         </section></component>",
    );
    let view = view(&document);
    let html = html(&view);
    safe::check(&html);
    assert_eq!(
        html,
        "<section class=\"cda-section\"><h2>Un</h2><p>a</p>\
         <section class=\"cda-section\"><h3 class=\"cda-from-code\">Deux</h3>\
         <p class=\"cda-note\">Cette section contient des données codées sans texte.</p></section>\
         <section class=\"cda-section\"><h3>Trois</h3>\
         <p class=\"cda-note\">Cette section ne contient rien.</p></section></section>"
    );
    let low = Frame::new(4, "doc", &French).expect("a frame");
    let html = narrative(&view).html(&view.media, &low);
    assert!(html.contains("<h4>Un</h4>") && html.contains("<h5>Trois</h5>"));
    assert_eq!(Frame::new(1, "doc", &French).err(), Some(FrameError::Heading));
    for ids in ["", "Doc", "1", "a b", "a\"", "é"] {
        assert_eq!(Frame::new(2, ids, &French).err(), Some(FrameError::Ids), "{ids}");
    }
    for path in ["", "m", "//evil.example", "/a/", "/a?b", "/a\"", "javascript:x", "/a b"] {
        let frame = Frame::new(2, "doc", &French).and_then(|frame| frame.with_media(path));
        assert_eq!(frame.err(), Some(FrameError::Media), "{path}");
    }
}

fn entry(id: &str, declared: &str, bytes: &[u8]) -> String {
    let data = STANDARD.encode(bytes);
    format!(
        "<entry><observationMedia ID='{id}'><value mediaType='{declared}' representation='B64'>{data}</value>\
         </observationMedia></entry>"
    )
}

#[test]
fn enclosed_files_are_given_by_number_and_named_by_their_bytes() {
    let jpeg = include_bytes!("../fixtures/square.jpg");
    let mut png = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x05\0\0\0\x07\x08\x02\0\0\0".to_vec();
    let mut huge = png.clone();
    huge.splice(16..24, [0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0]);
    png.extend([0; 16]);
    let web = b"<html><script>alert(1)</script></html>";
    let entries: String = [
        entry("a", "image/png", jpeg),
        entry("b", "image/jpeg", &png),
        entry("c", "image/png", &huge),
        entry("d", "image/png", web),
        entry("e", "image/png", b"%PDF-1.4 enough"),
    ]
    .concat();
    let elsewhere = "<entry><observationMedia ID='x'><value mediaType='image/png'>\
                     <reference value='https://tracker.example/p.png'/></value></observationMedia></entry>";
    let document = with_body(&format!(
        "<component><section><title>T</title><text><paragraph>\
         <renderMultiMedia referencedObject='b c'><caption>La peau</caption></renderMultiMedia>\
         <renderMultiMedia referencedObject='x'/></paragraph></text>{entries}{elsewhere}</section></component>"
    ));
    let view = view(&document);
    let kinds: Vec<_> = view.media.iter().map(|media| media.kind).collect();
    assert!(matches!(kinds[0], MediaKind::Jpeg { width, height } if width == height && width > 0));
    assert_eq!(kinds[1], MediaKind::Png { width: 5, height: 7 });
    assert_eq!(kinds[2..], [MediaKind::Other, MediaKind::Other, MediaKind::Pdf]);
    let html = html(&view);
    safe::check(&html);
    assert!(
        html.contains("<img src=\"/media/1\" alt=\"Image 2 jointe au document\" width=\"5\" height=\"7\"/>")
    );
    assert!(html.contains("La peau"));
    assert!(html.contains("(image extérieure au document, non chargée)"));
    assert!(!html.contains("tracker"));
    // Not in the text, and shown all the same, after it.
    assert!(html.contains("<p><span class=\"cda-media\"><img src=\"/media/0\""));
    assert!(html.contains("href=\"/media/4\">Ouvrir la pièce jointe 5 (PDF)</a>"));
    assert_eq!(html.matches("qui ne peut pas être affiché").count(), 2);
    // Without a place to serve them from, words.
    let bare = Frame::new(2, "doc", &French).expect("a frame");
    let html = narrative(&view).html(&view.media, &bare);
    assert!(!html.contains("<img") && !html.contains("<a ") && html.contains("Image 2 jointe au document"));
}

fn level_1(declared: &str, bytes: &[u8]) -> Body {
    let fixture = include_str!("../fixtures/level-1-pdf.xml");
    let (before, rest) = fixture.split_once("<nonXMLBody>").expect("a body");
    let (_, after) = rest.split_once("</nonXMLBody>").expect("its end");
    let data = STANDARD.encode(bytes);
    let text = format!("<text mediaType='{declared}' representation='B64'>{data}</text>");
    view(&format!("{before}<nonXMLBody>{text}</nonXMLBody>{after}")).body
}

#[test]
fn a_level_1_is_shown_by_what_it_encloses() {
    let Body::Narrative(text) = level_1("text/plain", "Bonjour.\nSuite.\n\nFin <b>".as_bytes()) else {
        panic!("a text")
    };
    let frame = Frame::new(2, "doc", &French).expect("a frame");
    assert_eq!(
        text.html(&[], &frame),
        "<section class=\"cda-section\"><p>Bonjour.<br/>Suite.</p><p>Fin &lt;b&gt;</p></section>"
    );
    let Body::Narrative(old) = level_1("text/plain", b"\xC9l\xE8ve") else { panic!("a text") };
    assert_eq!(old.plain_text(), "Élève\n");
    let jpeg = include_bytes!("../fixtures/square.jpg");
    for (declared, bytes, served) in [
        ("image/jpeg", jpeg.as_slice(), Some("image/jpeg")),
        ("text/plain", jpeg.as_slice(), Some("image/jpeg")),
        ("text/plain", b"<html><script>alert(1)</script>".as_slice(), None),
        ("text/html", b"<p>a</p>".as_slice(), None),
        ("application/pdf", b"<svg onload='alert(1)'/>".as_slice(), None),
        ("text/rtf", b"{\\rtf1 a}".as_slice(), None),
    ] {
        let Body::Enclosed(media) = level_1(declared, bytes) else { panic!("{declared}") };
        assert_eq!(media.kind.media_type(), served, "{declared}");
        assert_eq!(media.bytes, bytes);
    }
}

#[test]
fn a_plain_text_keeps_its_columns() {
    let text = "\u{feff}TSH      0,75 mUI/L\r\nCRP      5    mg/L\r\n\r\nvu par\u{c}nous\u{202E}";
    let narrative = render::text(text.as_bytes(), Some("UTF-8"), &Limits::default()).expect("a text");
    let html = narrative.html(&[], &Frame::new(2, "doc", &French).expect("a frame"));
    safe::check(&html);
    assert_eq!(
        html,
        "<section class=\"cda-section\"><p class=\"cda-aligned\">TSH      0,75 mUI/L\nCRP      5    mg/L</p>\
         <p>vu par<br/>nous</p></section>"
    );
    let euro = render::text(b"\xA4", Some("ISO-8859-15"), &Limits::default()).expect("a text");
    assert_eq!(euro.plain_text(), "€\n");
    let quote = render::text(b"l\x92\xE9t\xE9", Some("iso-8859-1"), &Limits::default()).expect("a text");
    assert_eq!(quote.plain_text(), "l’été\n");
    assert!(render::text(b"\xA4", None, &Limits::default()).is_err());
}

/// Whatever is repeated, and however much of it: no more than the limit, and said so.
#[test]
fn no_document_is_shown_longer_than_the_limit() {
    let output = 60_000;
    let limits = Limits { output, ..Limits::default() };
    for piece in [
        "&amp;&lt;&gt;&amp;&lt;&gt; ",
        "<content revised='delete' styleCode='Bold Italics Underline'>a</content>",
        "1 g 1 g 1 g 1 g 1 g 1 g 1 g 1 g 1 g 1 g 1 g 1 g 1 g 1 g 1 g 1 g 1 g 1 g<br/>",
        "<br/>a",
        "<br/>",
        "<paragraph>a</paragraph>",
        "<list listType='ordered' styleCode='LittleAlpha'><caption>c</caption><item>a</item></list>",
        "<table><tr><td/></tr></table>",
        "<table><caption>c</caption><thead><tr><th colspan='100' rowspan='900' align='center'>1 g</th></tr></thead></table>",
        "<footnote>a</footnote>",
        "<linkHtml href='#a'>a</linkHtml><sub><sup><linkHtml href='#a'>b</linkHtml></sup></sub>",
        "<linkHtml href='http://a.example/&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;'>b</linkHtml>",
        "<renderMultiMedia referencedObject='m'/>",
        "<renderMultiMedia referencedObject='m n o p m m m m m m m m m m m m m m'/>",
        "<wrong>a</wrong>",
        "<caption/>",
    ] {
        let body = format!(
            "<component><section ID='a'><title>T</title><text>{}</text>{}</section></component>",
            piece.repeat(60_000 / 8 + 1),
            entry("m", "image/jpeg", include_bytes!("../fixtures/square.jpg"))
        );
        let view = render::cda(with_body(&body).as_bytes(), &limits).expect("a document");
        let path = format!("/{}", "m".repeat(199));
        let ids = format!("doc{}", "d".repeat(29));
        let frame = Frame::new(2, &ids, &French).and_then(|frame| frame.with_media(&path)).expect("a frame");
        let html = narrative(&view).html(&view.media, &frame);
        assert!(html.len() <= output + 300, "{piece}: {} bytes", html.len());
        let empty = piece == "<br/>" || piece == "<caption/>";
        assert!(narrative(&view).cut && (empty || html.contains("Le document continue")), "{piece}");
    }
    let sections = "<component><section><title>&amp;</title></section></component>".repeat(2_000);
    let view = render::cda(with_body(&sections).as_bytes(), &limits).expect("a document");
    assert!(html(&view).len() <= output + 300 && narrative(&view).cut);
    let long = "a & b\n\n".repeat(20_000);
    let text = render::text(long.as_bytes(), None, &limits).expect("a text");
    let html = text.html(&[], &Frame::new(2, "doc", &French).expect("a frame"));
    assert!(html.len() <= output + 300 && text.cut);
}

#[test]
fn a_long_table_is_cut_and_what_follows_is_shown() {
    let rows = "<tr><td>ligne</td></tr>".repeat(50);
    let document = with_text(&format!("<table>{rows}</table><table>{rows}</table>après"));
    let limits = Limits { rows: 60, ..Limits::default() };
    let view = render::cda(document.as_bytes(), &limits).expect("a document");
    let html = html(&view);
    safe::check(&html);
    assert_eq!(html.matches("<tr>").count(), 60);
    assert_eq!(html.matches("Le tableau continue").count(), 1);
    assert!(html.contains("<p>après</p>") && narrative(&view).cut);
}

#[test]
fn what_is_nested_too_deep_keeps_its_words() {
    let deep = 30;
    let document =
        with_text(&format!("{}le fond{}", "<list><item>".repeat(deep), "</item></list>".repeat(deep)));
    let html = html(&view(&document));
    safe::check(&html);
    assert_eq!(html.matches("<ul").count(), Limits::default().nesting);
    assert!(html.contains("le fond"));
    let (start, end) = ("<component><section><title>s</title><text>t</text>", "</section></component>");
    let view = view(&with_body(&format!("{}{}", start.repeat(40), end.repeat(40))));
    let html = crate::html(&view);
    safe::check(&html);
    assert_eq!(html.matches("<section").count(), 40);
    assert!(!html.contains(&"</section>".repeat(Limits::default().sections + 1)));
}
