//! What must be refused, each for its own reason (abuse cases C01 to C06), next to the
//! nearest thing that must be read.

#![allow(clippy::expect_used, clippy::panic)]

use xml::{Document, Limits, Reason};

fn refused(bytes: &[u8]) -> Reason {
    refused_within(bytes, &Limits::default())
}

fn refused_within(bytes: &[u8], limits: &Limits) -> Reason {
    match Document::parse(bytes, limits) {
        Ok(_) => panic!("read {} bytes that must be refused", bytes.len()),
        Err(error) => error.reason,
    }
}

fn read(bytes: &[u8]) -> Document {
    Document::parse(bytes, &Limits::default()).expect("must be read")
}

#[test]
fn c01_c02_any_doctype_is_refused_before_what_it_says_matters() {
    let laughs = format!(
        "<!DOCTYPE l [<!ENTITY a0 \"ha\">{}]><l>&a9;</l>",
        (1..10).map(|n| format!("<!ENTITY a{n} \"&a{};&a{};\">", n - 1, n - 1)).collect::<String>()
    );
    let quadratic =
        format!("<!DOCTYPE l [<!ENTITY a \"{}\">]><l>{}</l>", "x".repeat(100_000), "&a;".repeat(100_000));
    for text in [
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a SYSTEM \"http://example.org/x.dtd\"><a/>",
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://example.org/\"> %p;]><a/>",
        "<a><!DOCTYPE b><b/></a>",
        "<a/><!DOCTYPE b>",
        "<!DOCTYPE a [",
        "<!DOCTYPE>",
        &laughs,
        &quadratic,
    ] {
        assert_eq!(refused(text.as_bytes()), Reason::Doctype, "{}", &text[..text.len().min(60)]);
    }
    // The tokeniser knows markup declarations by their second letter; lower case is none.
    assert!(matches!(refused(b"<!doctype a><a/>"), Reason::Doctype | Reason::IllFormed));
}

#[test]
fn c01_only_the_five_predefined_entities_exist() {
    assert_eq!(read(b"<a>&lt;&gt;&amp;&apos;&quot;</a>").root().text(), "<>&'\"");
    assert_eq!(read(b"<a b='&lt;&gt;&amp;&apos;&quot;'/>").root().attribute("b"), Some("<>&'\""));
    for text in ["<a>&nbsp;</a>", "<a b='&eacute;'/>", "<a>&LT;</a>", "<a>&;</a>"] {
        assert_eq!(refused(text.as_bytes()), Reason::UndefinedEntity, "{text}");
    }
    for text in ["<a>&</a>", "<a>& </a>", "<a>&amp</a>", "<a>R&D</a>", "<a b='&'/>", "<a b='&amp'/>"] {
        assert_eq!(refused(text.as_bytes()), Reason::InvalidReference, "{text}");
    }
}

#[test]
fn c03_every_dimension_has_its_limit() {
    let deep = "<a>".repeat(100_000);
    assert_eq!(refused(deep.as_bytes()), Reason::TooDeep);

    let many: String = (0..100_000).map(|n| format!(" a{n}=''")).collect();
    assert_eq!(refused(format!("<a{many}/>").as_bytes()), Reason::TooManyAttributes);

    let declarations: String = (0..10_000).map(|n| format!(" xmlns:a{n}='urn:{n}'")).collect();
    let wide = Limits { attributes: usize::MAX, ..Limits::default() };
    assert_eq!(refused_within(format!("<a{declarations}/>").as_bytes(), &wide), Reason::TooManyNamespaces);
    // Also when they are spread over nested elements.
    let nested: String = (0..65).map(|n| format!("<a xmlns:a{n}='urn:{n}'>")).collect();
    assert_eq!(refused(nested.as_bytes()), Reason::TooManyNamespaces);

    let long = "a".repeat(1024 * 1024);
    assert_eq!(refused(format!("<{long}/>").as_bytes()), Reason::NameTooLong);
    assert_eq!(refused(format!("<a {long}=''/>").as_bytes()), Reason::NameTooLong);
    assert_eq!(refused(format!("<?{long}?><a/>").as_bytes()), Reason::NameTooLong);

    let few = Limits { nodes: 100, ..Limits::default() };
    for unit in ["<b/>", "<b c=''/>", "<!---->", "<?p?>", "<b>t</b>"] {
        let text = format!("<a>{}</a>", unit.repeat(100));
        assert_eq!(refused_within(text.as_bytes(), &few), Reason::TooManyNodes, "{unit}");
    }
    // References and CDATA sections join one run of text: a long one is one node.
    let joined = format!("<a>{}</a>", "&lt;x<![CDATA[y]]>".repeat(1000));
    assert!(Document::parse(joined.as_bytes(), &few).is_ok());

    let short = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(refused_within(b"<a>1234</a>", &short), Reason::TooLong);
    assert!(Document::parse(b"<a>123</a>", &short).is_ok());
}

#[test]
fn a_limit_is_the_last_value_allowed() {
    let limits = Limits { depth: 2, attributes: 2, namespaces: 1, name: 3, ..Limits::default() };
    for (allowed, refused, reason) in [
        ("<a><b/></a>", "<a><b><c/></b></a>", Reason::TooDeep),
        ("<a b='' c=''/>", "<a b='' c='' d=''/>", Reason::TooManyAttributes),
        ("<a xmlns='u'/>", "<a xmlns='u' xmlns:p='v'/>", Reason::TooManyNamespaces),
        ("<a xmlns='u'/>", "<a xmlns='u'><b xmlns=''/></a>", Reason::TooManyNamespaces),
        ("<abc/>", "<abcd/>", Reason::NameTooLong),
    ] {
        // `xmlns` is itself a name of five letters.
        let limits = Limits { name: if allowed.contains("xmlns") { 7 } else { limits.name }, ..limits };
        assert!(Document::parse(allowed.as_bytes(), &limits).is_ok(), "{allowed}");
        assert_eq!(refused_within(refused.as_bytes(), &limits), reason, "{refused}");
    }
}

#[test]
fn c04_instructions_are_facts_and_nothing_more() {
    let document = read(
        b"<?xml-stylesheet type='text/xsl' href='http://example.org/x.xsl'?><a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='file:///etc/passwd'/><?php x?></a><?end?>",
    );
    assert!(document.names_stylesheet());
    let targets: Vec<_> = document.instructions().map(|instruction| instruction.target).collect();
    assert_eq!(targets, ["xml-stylesheet", "php", "end"]);
    assert_eq!(document.root().text(), "");
    assert!(!read(b"<a><!-- <?xml-stylesheet?> --></a>").names_stylesheet());
}

#[test]
fn c05_bytes_that_are_no_characters_are_refused() {
    for bytes in [
        &b"<a>\xC0\xAF</a>"[..],                 // overlong
        b"<a>\xED\xA0\x80</a>",                  // lone surrogate
        b"<a>\xF5\x80\x80\x80</a>",              // beyond Unicode
        b"<a>\xE9</a>",                          // Latin-1 without saying so
        b"<a>\xE2\x82",                          // cut
        b"\xFE\xFF\x00<\x00a\xD8\x00\x00/\x00>", // lone surrogate in UTF-16
        b"\xFF\xFE<\x00a\x00/",                  // half a unit
    ] {
        assert_eq!(refused(bytes), Reason::InvalidBytes, "{bytes:x?}");
    }
    for text in ["<a>\0</a>", "<a b='\u{1}'/>", "<a>\u{FFFE}</a>", "<a><!--\u{FFFF}--></a>", "\0<a/>"] {
        assert_eq!(refused(text.as_bytes()), Reason::InvalidCharacter, "{text:?}");
    }
    for reference in [
        "&#0;",
        "&#x0;",
        "&#1;",
        "&#xD800;",
        "&#xFFFE;",
        "&#x110000;",
        "&#99999999999;",
        "&#;",
        "&#x;",
        "&#-1;",
        "&#+65;",
        "&#X41;",
        "&#xG;",
        "&#6 5;",
    ] {
        for text in [format!("<a>{reference}</a>"), format!("<a b='{reference}'/>")] {
            assert_eq!(refused(text.as_bytes()), Reason::InvalidReference, "{text}");
        }
    }
    assert_eq!(read("<a b='&#x20AC;'>&#233;&#x10FFFF;</a>".as_bytes()).root().text(), "é\u{10FFFF}");
}

#[test]
fn c06_all_that_speak_of_the_encoding_agree() {
    let utf16 = |text: &str, big: bool| -> Vec<u8> {
        let mut units: Vec<u16> = vec![0xFEFF];
        units.extend(text.encode_utf16());
        units.iter().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let declared = |label: &str| format!("<?xml version='1.0' encoding='{label}'?><a>€é</a>");
    let latin = |label: &str, byte: u8| {
        let mut bytes = format!("<?xml version='1.0' encoding='{label}'?><a>").into_bytes();
        bytes.push(byte);
        bytes.extend_from_slice(b"</a>");
        bytes
    };
    let marked = |text: String| [b"\xEF\xBB\xBF", text.as_bytes()].concat();

    let good: [(Vec<u8>, &str); 8] = [
        (declared("UTF-8").into_bytes(), "€é"),
        (declared("utf-8").into_bytes(), "€é"),
        (marked(declared("UTF-8")), "€é"),
        (marked("<a>€</a>".into()), "€"),
        (utf16(&declared("UTF-16"), true), "€é"),
        (utf16("<a>€</a>", false), "€"),
        (latin("ISO-8859-1", 0xE9), "é"),
        (latin("ISO-8859-15", 0xA4), "€"),
    ];
    for (bytes, text) in good {
        assert_eq!(read(&bytes).root().text(), text, "{bytes:x?}");
    }

    let bad: [(Vec<u8>, Reason); 9] = [
        (declared("UTF-16").into_bytes(), Reason::EncodingDisagreement),
        (declared("UTF-16LE").into_bytes(), Reason::EncodingDisagreement),
        (marked(declared("ISO-8859-1")), Reason::EncodingDisagreement),
        (utf16(&declared("UTF-8"), true), Reason::EncodingDisagreement),
        (utf16(&declared("UTF-16BE"), false), Reason::EncodingDisagreement),
        (declared("UTF-7").into_bytes(), Reason::UnknownEncoding),
        (declared("").into_bytes(), Reason::UnknownEncoding),
        (declared("US-ASCII").into_bytes(), Reason::InvalidBytes),
        (utf16("<a/>", true)[2..].to_vec(), Reason::InvalidCharacter),
    ];
    for (bytes, reason) in bad {
        assert_eq!(refused(&bytes), reason, "{bytes:x?}");
    }

    let with = |bytes: &[u8], charset| {
        Document::parse_with_charset(bytes, charset, &Limits::default())
            .map(drop)
            .map_err(|error| error.reason)
    };
    assert_eq!(with(b"<a/>", "UTF-8"), Ok(()));
    assert_eq!(with(b"<a/>", "iso-8859-1"), Err(Reason::EncodingDisagreement));
    assert_eq!(with(&latin("ISO-8859-1", 0xE9), "ISO-8859-1"), Ok(()));
    assert_eq!(with(&latin("ISO-8859-1", 0xE9), "utf-8"), Err(Reason::EncodingDisagreement));
    assert_eq!(with(b"<a/>", "klingon"), Err(Reason::UnknownEncoding));
}

#[test]
fn the_declaration_stands_first_once_and_says_one_point_zero() {
    for text in [
        "<?xml version='1.0'?><a/>",
        "<?xml version=\"1.0\" encoding='UTF-8' standalone='no' ?><a/>",
        "<?xml version='1.0' standalone=\"yes\"?>\n<a/>",
    ] {
        read(text.as_bytes());
    }
    for text in [
        "<?xml version='1.1'?><a/>",
        "<?xml version='2.0'?><a/>",
        "<?xml encoding='UTF-8'?><a/>",
        "<?xml encoding='UTF-8' version='1.0'?><a/>",
        "<?xml version='1.0' version='1.0'?><a/>",
        "<?xml version='1.0' standalone='maybe'?><a/>",
        "<?xml version='1.0'encoding='UTF-8'?><a/>",
        "<?xml version=1.0?><a/>",
        "<?xml ?><a/>",
        " <?xml version='1.0'?><a/>",
        "<a/><?xml version='1.0'?>",
        "<a><?xml version='1.0'?></a>",
        "<?xml version='1.0'?><?xml version='1.0'?><a/>",
    ] {
        assert_eq!(refused(text.as_bytes()), Reason::InvalidDeclaration, "{text}");
    }
    assert_eq!(refused(b"<?XML version='1.0'?><a/>"), Reason::InvalidName);
    assert_eq!(refused("\u{FEFF}\u{FEFF}<a/>".as_bytes()), Reason::TextOutsideRoot);
}

#[test]
fn ill_formed_documents_are_refused() {
    use Reason::*;
    let cases: &[(&str, Reason)] = &[
        ("", Empty),
        (" \n\t", Empty),
        ("<!-- nothing -->", NoRoot),
        ("<?nothing?>", NoRoot),
        ("text", TextOutsideRoot),
        ("<a/>text", TextOutsideRoot),
        ("<a/>&amp;", TextOutsideRoot),
        ("<a/>\u{A0}", TextOutsideRoot),
        ("<a/><![CDATA[]]>", TextOutsideRoot),
        ("<![CDATA[ ]]><a/>", TextOutsideRoot),
        ("<a/><b/>", SecondRoot),
        ("<a></a><a></a>", SecondRoot),
        ("<a>", Unclosed),
        ("<a><b></b>", Unclosed),
        ("<a", Unclosed),
        ("<a b='", Unclosed),
        ("<a><!-- ", Unclosed),
        ("<a><![CDATA[ ", Unclosed),
        ("<a></b>", MismatchedTag),
        ("<a><b></a></b>", MismatchedTag),
        ("<a></A>", MismatchedTag),
        ("</a>", MismatchedTag),
        ("<a/></a>", MismatchedTag),
        ("<a></a ></a>", MismatchedTag),
        ("<p:a xmlns:p='u' xmlns:q='u'></q:a>", MismatchedTag),
        ("<>", InvalidName),
        ("< a/>", InvalidName),
        ("<1/>", InvalidName),
        ("<-a/>", InvalidName),
        ("<a:/>", InvalidName),
        ("<:a/>", InvalidName),
        ("<a:b:c xmlns:a='u'/>", InvalidName),
        ("<a b:c:d=''/>", InvalidName),
        ("<a 1=''/>", InvalidName),
        ("<a =''/>", InvalidName),
        ("<a b/>", InvalidAttribute),
        ("<a b=c/>", InvalidAttribute),
        ("<a b='1'c='2'/>", InvalidAttribute),
        ("<a b='<'/>", InvalidAttribute),
        ("<a b=''/ >", InvalidAttribute),
        ("<a b='' b=''/>", DuplicateAttribute),
        ("<a c='1' b='' d='' b=''/>", DuplicateAttribute),
        ("<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>", DuplicateAttribute),
        ("<a xmlns='u' xmlns='v'/>", DuplicateAttribute),
        ("<a xmlns:p='u' xmlns:p='u'/>", DuplicateAttribute),
        ("<p:a/>", UndeclaredPrefix),
        ("<a p:b=''/>", UndeclaredPrefix),
        ("<a><b xmlns:p='u'/><p:c/></a>", UndeclaredPrefix),
        ("<xmlns:a/>", UndeclaredPrefix),
        ("<a xmlns:p=''/>", InvalidNamespace),
        ("<a xmlns:xml='u'/>", InvalidNamespace),
        ("<a xmlns:xmlns='u'/>", InvalidNamespace),
        ("<a xmlns='http://www.w3.org/2000/xmlns/'/>", InvalidNamespace),
        ("<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", InvalidNamespace),
        ("<a>]]></a>", IllFormed),
        ("<a><!-- -- --></a>", IllFormed),
        ("<a><!-- x---></a>", IllFormed),
        ("<a><!ELEMENT b></a>", IllFormed),
        ("<a><? x?></a>", InvalidName),
        ("<a><?p:x?></a>", InvalidName),
    ];
    for (text, reason) in cases {
        assert_eq!(refused(text.as_bytes()), *reason, "{text}");
    }
    // Odd openings of comments and instructions: refused, whatever the reason.
    for text in [
        "<a><!--></a>",
        "<a><!---></a>",
        "<a><!></a>",
        "<a><??></a>",
        "<a><?></a>",
        "<!",
        "<?",
        "<",
        "<a><![cdata[]]></a>",
    ] {
        refused(text.as_bytes());
    }
}

#[test]
fn an_error_tells_the_place_and_never_the_content() {
    let text = "<a>\n  <secret>DUPONT</secret>\n  <é b='DUPONT' b='DUPONT'/>\n</a>";
    let error = Document::parse(text.as_bytes(), &Limits::default()).expect_err("twins");
    assert_eq!((error.reason, error.line, error.column), (Reason::DuplicateAttribute, 3, 17));
    assert_eq!(&text[error.offset..error.offset + 2], "b=");
    assert_eq!(error.to_string(), "an attribute appears twice on one element (line 3, column 17)");

    for text in ["<DUPONT></MARTIN>", "<a>&DUPONT;</a>", "<DUPONT:a/>", "<a DUPONT/>", "<a>DUPONT", "DUPONT"]
    {
        let error = Document::parse(text.as_bytes(), &Limits::default()).expect_err("bad");
        let told = format!("{error} {error:?}");
        assert!(!told.contains("DUPONT") && !told.contains("MARTIN"), "{told}");
    }
}
