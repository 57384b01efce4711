//! "A file must open": what is refused, for which reason, and what is not (F01, F05, F09, G02,
//! G03, G06, G07, G10).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use clinical::{CdaError, JpegFault, Kind, PdfFault, TextFault, Unreadable, check};

const LEVEL_3: &str = include_str!("fixtures/level-3.xml");
const LEVEL_1: &str = include_str!("fixtures/level-1-pdf.xml");
const SELF_PRESENTING: &str = include_str!("fixtures/self-presenting.xml");
const JPEG: &[u8] = include_bytes!("fixtures/square.jpg");
const PROGRESSIVE: &[u8] = include_bytes!("fixtures/progressive.jpg");

fn kind(media_type: &str, bytes: &[u8]) -> Kind {
    match check(media_type, bytes) {
        Ok(checked) => checked.kind,
        Err(refusal) => panic!("{media_type}: {refusal}"),
    }
}

fn refusal(media_type: &str, bytes: &[u8]) -> Unreadable {
    check(media_type, bytes).map(|checked| checked.kind).expect_err("must be refused")
}

/// A PDF of these objects, with its table and trailer.
fn pdf(objects: &[&str], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.5\n".to_vec();
    for (number, object) in (1..).zip(objects) {
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").into_bytes());
    }
    out.extend(format!("trailer\n<< /Size 9 {trailer} >>\nstartxref\n0\n%%EOF\n").into_bytes());
    out
}

const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R >>";
const ONE_PAGE: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const PAGE: &str = "<< /Type /Page /Parent 2 0 R >>";
const ROOT: &str = "/Root 1 0 R";

/// A zlib stream of stored blocks, as any encoder may write it.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks: Vec<_> = data.chunks(0xFFFF).collect();
    for (index, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap();
        out.push(u8::from(index + 1 == blocks.len()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out
}

#[test]
fn our_documents_are_what_they_are() {
    for media_type in ["text/xml", "application/xml", "TEXT/XML; charset=utf-8", "application/hl7-v3+xml"] {
        assert_eq!(kind(media_type, LEVEL_3.as_bytes()), Kind::Cda, "{media_type}");
    }
    assert_eq!(kind("application/xslt+xml", SELF_PRESENTING.as_bytes()), Kind::SelfPresentingCda);
    // What it really is does not depend on what it is said to be.
    assert_eq!(kind("text/xml", SELF_PRESENTING.as_bytes()), Kind::SelfPresentingCda);
    assert_eq!(kind("application/xslt+xml", LEVEL_3.as_bytes()), Kind::Cda);
    assert_eq!(kind("text/xml", b"<a/>"), Kind::Xml);
    assert_eq!(kind("text/xml", b"<!-- first --><a/>"), Kind::Xml);
    let level_1 = check("text/xml", LEVEL_1.as_bytes()).expect("level 1");
    assert_eq!((level_1.kind, level_1.encapsulated), (Kind::Cda, Some(Kind::Pdf)));
    assert_eq!(level_1.pdf.expect("a pdf").pages, 1);
    assert!(level_1.cda.is_some());
    assert_eq!(kind("image/jpeg", JPEG), Kind::Jpeg);
    assert_eq!(kind("image/jpeg", PROGRESSIVE), Kind::Jpeg);
    let dicom = [&[0; 128][..], b"DICM\x02\0\0\0UL\x04\0"].concat();
    assert_eq!(kind("application/dicom", &dicom), Kind::Dicom);
    assert_eq!(kind("application/vnd.unheard-of", b"anything"), Kind::Other);
}

#[test]
fn g10_nothing_empty_is_accepted() {
    for media_type in ["application/pdf", "text/xml", "image/jpeg", "text/plain", "application/dicom", "a/b"]
    {
        assert_eq!(refusal(media_type, b""), Unreadable::Empty);
    }
    for media_type in ["", "pdf", "text/", "/xml", "text/p lain", "text/<b>"] {
        assert_eq!(refusal(media_type, b"x"), Unreadable::MediaType, "{media_type}");
    }
}

#[test]
fn g06_what_acts_is_refused_under_any_name() {
    let html = [
        &b"<html><script>alert(1)</script></html>"[..],
        b"  \n<!DOCTYPE HTML><p>",
        b"\xEF\xBB\xBF<HTML>",
        b"<script>alert(1)</script>",
        b"<!-- x --><script>",
        b"<svg onload='alert(1)'/>",
        b"<iframe src=x>",
        b"<body onload=x>",
    ];
    for bytes in html {
        for media_type in ["application/pdf", "image/jpeg", "text/plain", "application/dicom", "image/png"] {
            let refusal = refusal(media_type, bytes);
            assert!(matches!(refusal, Unreadable::NotWhatItSays { .. }), "{media_type}: {refusal}");
        }
        for media_type in
            ["text/html", "image/svg+xml", "application/xhtml+xml", "a/b", "application/octet-stream"]
        {
            assert_eq!(refusal(media_type, bytes), Unreadable::Active, "{media_type}");
        }
    }
    for xml in [
        "<html/>",
        "<SVG/>",
        "<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>",
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "<a><b xmlns='http://www.w3.org/1999/xhtml'/></a>",
        "<a xmlns:s='http://www.w3.org/2000/svg'><b><s:script/></b></a>",
        "<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform' version='1.0'/>",
        "<a xmlns:xsl='http://www.w3.org/1999/XSL/Transform' xsl:version='1.0'><xsl:copy/></a>",
    ] {
        assert_eq!(refusal("text/xml", xml.as_bytes()), Unreadable::Active, "{xml}");
    }
    // One type under the name of another.
    for (media_type, bytes) in [
        ("application/pdf", JPEG),
        ("image/jpeg", b"%PDF-1.4"),
        ("text/plain", b"%PDF-1.4"),
        ("text/xml", b"PK\x03\x04"),
        ("text/plain", b"MZ\x90"),
        ("a/b", b"\x7FELF"),
        ("text/plain", LEVEL_3.as_bytes()),
    ] {
        let refusal = refusal(media_type, bytes);
        assert!(matches!(refusal, Unreadable::NotWhatItSays { .. }), "{media_type}: {refusal}");
    }
    // Text that mentions markup is text.
    assert_eq!(kind("text/plain", b"Tension < 14, see <html> in the manual"), Kind::Text);
    assert_eq!(kind("text/plain", b"<abc is no tag"), Kind::Text);
}

#[test]
fn text_is_text_in_its_charset() {
    let latin = b"Compte rendu op\xE9ratoire";
    assert_eq!(kind("text/plain", "Compte rendu opératoire\r\n\t\u{C}".as_bytes()), Kind::Text);
    assert_eq!(kind("text/plain; charset=ISO-8859-1", latin), Kind::Text);
    assert_eq!(kind("text/plain; format=flowed; charset=\"iso-8859-15\"", latin), Kind::Text);
    assert_eq!(refusal("text/plain", latin), Unreadable::Text(TextFault::Bytes));
    assert_eq!(refusal("text/plain; charset=us-ascii", latin), Unreadable::Text(TextFault::Bytes));
    assert_eq!(refusal("text/plain; charset=utf-16", b"abc"), Unreadable::Text(TextFault::Charset));
    for byte in [0, 1, 8, 0x0B, 0x1B, 0x7F] {
        assert_eq!(refusal("text/plain", &[b'a', byte]), Unreadable::Text(TextFault::Control), "{byte}");
        assert_eq!(
            refusal("text/plain; charset=iso-8859-1", &[b'a', byte]),
            Unreadable::Text(TextFault::Control)
        );
    }
}

#[test]
fn a_jpeg_must_decode_and_be_of_human_size() {
    // Its height and width stand behind the start-of-frame marker.
    let frame = JPEG.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("a frame") + 5;
    let sized = |height: u16, width: u16| {
        let mut bytes = JPEG.to_vec();
        bytes[frame..frame + 2].copy_from_slice(&height.to_be_bytes());
        bytes[frame + 2..frame + 4].copy_from_slice(&width.to_be_bytes());
        bytes
    };
    assert_eq!(kind("image/jpeg", &sized(16, 16)), Kind::Jpeg);
    assert_eq!(refusal("image/jpeg", &sized(65_000, 65_000)), Unreadable::Jpeg(JpegFault::TooManyPixels));
    assert_eq!(refusal("image/jpeg", &sized(10_000, 5_001)), Unreadable::Jpeg(JpegFault::TooManyPixels));
    assert_eq!(refusal("image/jpeg", &JPEG[..frame]), Unreadable::Jpeg(JpegFault::Header));
    assert!(matches!(refusal("image/jpeg", b"\xFF\xD8\xFF\xD9"), Unreadable::Jpeg(_)));
}

#[test]
fn a_pdf_has_pages_wherever_its_objects_stand() {
    let pages = |bytes: &[u8]| check("application/pdf", bytes).map(|checked| checked.pdf.unwrap().pages);
    assert_eq!(pages(&pdf(&[CATALOG, ONE_PAGE, PAGE], ROOT)), Ok(1));
    // A tree of two levels, kids in an array of their own, one kid named twice.
    let tree = [
        CATALOG,
        "<< /Type /Pages /Kids 5 0 R >>",
        PAGE,
        "<< /Type /Pages /Kids [3 0 R 6 0 R 3 0 R] >>",
        "[4 0 R 7 0 R]",
        PAGE,
        PAGE,
    ];
    assert_eq!(pages(&pdf(&tree, ROOT)), Ok(3));
    // Names written with escapes, comments, odd spacing.
    let odd = [
        "<</#54ype/Catalog/P#61ges 2 0 R>>",
        "<</Kids[ %comment ]\n3 0 R]>>",
        "<</A(\\)(x))/B<41>/C -.5/D true>>",
    ];
    assert_eq!(pages(&pdf(&odd, ROOT)), Ok(1));
    // The last of several versions of an object counts.
    let replaced = [CATALOG, ONE_PAGE, PAGE].map(str::to_owned);
    let mut bytes = pdf(&replaced.each_ref().map(String::as_str), ROOT);
    bytes.extend(b"2 0 obj << /Kids [3 0 R 4 0 R] >> endobj 4 0 obj << >> endobj\n%%EOF");
    assert_eq!(pages(&bytes), Ok(2));
    // Objects in a stream, as PDF 1.5 writes them, compressed or not.
    let inside = format!(
        "1 0 2 {} 3 {} {CATALOG} {ONE_PAGE} {PAGE}",
        CATALOG.len() + 1,
        CATALOG.len() + ONE_PAGE.len() + 2
    );
    let first = inside.find("<<").unwrap();
    for compressed in [false, true] {
        let data = if compressed { stored(inside.as_bytes()) } else { inside.clone().into_bytes() };
        let filter = if compressed { "/Filter /FlateDecode" } else { "" };
        let mut bytes = format!(
            "%PDF-1.5\n9 0 obj << /Type /ObjStm /N 3 /First {first} {filter} /Length {} >> stream\r\n",
            data.len()
        )
        .into_bytes();
        bytes.extend(&data);
        bytes.extend(b"\nendstream endobj\n8 0 obj << /Type /XRef /Root 1 0 R /Length 0 >> stream\n\nendstream endobj startxref 0 %%EOF");
        assert_eq!(pages(&bytes), Ok(1), "compressed: {compressed}");
    }
    // What stands inside a stream is no object.
    let mut bytes = pdf(&[CATALOG, ONE_PAGE], ROOT);
    bytes.extend(b"7 0 obj << /Length 40 >> stream\n3 0 obj << /Type /Page >> endobj           \nendstream endobj %%EOF");
    assert_eq!(pages(&bytes), Err(Unreadable::Pdf(PdfFault::NoPages)));
}

#[test]
fn a_pdf_that_does_not_open_is_refused_for_its_own_reason() {
    let refused = |bytes: &[u8]| match refusal("application/pdf", bytes) {
        Unreadable::Pdf(fault) => fault,
        other => panic!("{other}"),
    };
    let good = pdf(&[CATALOG, ONE_PAGE, PAGE], ROOT);
    assert_eq!(refused(b"%PDF-x.y\n%%EOF"), PdfFault::Header);
    assert_eq!(refused(&good[..good.len() - 8]), PdfFault::End);
    assert_eq!(refused(&[&good[..], &[b' '; 4096]].concat()), PdfFault::End);
    assert_eq!(refused(b"%PDF-1.4\n%%EOF"), PdfFault::Structure);
    assert_eq!(refused(&pdf(&[CATALOG, ONE_PAGE, PAGE], "")), PdfFault::Structure);
    assert_eq!(refused(&pdf(&[CATALOG, ONE_PAGE, PAGE], "/Root 7 0 R")), PdfFault::Structure);
    assert_eq!(refused(&pdf(&[CATALOG, "<< /Kids [] >>"], ROOT)), PdfFault::NoPages);
    assert_eq!(refused(&pdf(&[CATALOG, ONE_PAGE], ROOT)), PdfFault::NoPages);
    // A tree that bites its tail ends.
    assert_eq!(
        refused(&pdf(&[CATALOG, "<< /Kids [2 0 R 3 0 R] >>", "<< /Kids [2 0 R] >>"], ROOT)),
        PdfFault::NoPages
    );
    assert_eq!(refused(&pdf(&[CATALOG, ONE_PAGE, PAGE], "/Root 1 0 R /Encrypt 4 0 R")), PdfFault::Encrypted);
    assert_eq!(
        refused(&pdf(&[CATALOG, ONE_PAGE, PAGE], "/Root 1 0 R /#45ncrypt << >>")),
        PdfFault::Encrypted
    );
}

#[test]
fn g07_what_a_pdf_may_do_by_itself_is_noted() {
    let facts =
        |page: &str| check("application/pdf", &pdf(&[CATALOG, ONE_PAGE, page], ROOT)).unwrap().pdf.unwrap();
    let quiet = facts(PAGE);
    assert!(!quiet.script && !quiet.launch && !quiet.embedded);
    assert!(facts("<< /AA << /O << /S /JavaScript /JS (app.alert) >> >> >>").script);
    assert!(facts("<< /AA << /O << /S /J#61vaScript >> >> >>").script);
    assert!(facts("<< /A << /S /Launch /F (x.exe) >> >>").launch);
    assert!(facts("<< /Names << /EmbeddedFiles << >> >> >>").embedded);
    assert!(!facts("<< /Title (JavaScript) >>").script);
}

#[track_caller]
fn limit(bytes: &[u8]) {
    assert_eq!(check("application/pdf", bytes).map(drop), Err(Unreadable::Pdf(PdfFault::Limit)));
}

#[test]
fn g02_a_pdf_cannot_explode() {
    // A deflate bomb in an object stream: one byte, then copies of it, 258 at a time.
    let mut bits: Vec<bool> = Vec::new();
    let mut put = |value: u32, count: u32| bits.extend((0..count).map(|bit| value >> bit & 1 == 1));
    put(1, 1);
    put(1, 2);
    let code = |value: u32, length: u32| {
        (0..length).rev().fold((0, 0), |(out, at), bit| (out | (value >> bit & 1) << at, at + 1)).0
    };
    put(code(0x30 + 32, 8), 8);
    for _ in 0..300_000 {
        put(code(0b1100_0101, 8), 8); // length 258
        put(0, 5); // distance 1
    }
    put(0, 7);
    let bomb: Vec<u8> = [0x78, 0x01]
        .into_iter()
        .chain(bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |out, bit| out << 1 | u8::from(*bit))))
        .collect();
    assert!(bomb.len() < 600_000);
    let mut bytes = format!(
        "%PDF-1.5\n9 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {} >> stream\n",
        bomb.len()
    )
    .into_bytes();
    bytes.extend(bomb);
    bytes.extend(b"\nendstream endobj %%EOF");
    limit(&bytes);

    // One object of too many parts.
    limit(&pdf(&[CATALOG, ONE_PAGE, &format!("[{}]", "0 ".repeat(600_000))], ROOT));
    // Objects that are each looked at to the end of the file and found malformed.
    for unclosed in ["1 0 obj (", "1 0 obj <", "1 0 obj [("] {
        limit(&[b"%PDF-1.4\n", unclosed.repeat(60_000).as_bytes(), b"\n%%EOF"].concat());
    }
    // Depth costs no stack.
    for (open, close) in [("[", "]"), ("<</A", ">>"), ("(", ")")] {
        let deep = format!("{}{}", open.repeat(100_000), close.repeat(100_000));
        let facts = check("application/pdf", &pdf(&[CATALOG, ONE_PAGE, PAGE, &deep], ROOT));
        assert_eq!(facts.unwrap().pdf.unwrap().pages, 1);
    }
}

#[test]
fn f05_what_a_cda_encloses_is_opened_too() {
    use base64::Engine;
    let start = LEVEL_1.find("JVBERi0").expect("base64");
    let end = LEVEL_1.rfind("</text>").expect("its end");
    let enclosing = |media_type: &str, bytes: &[u8]| {
        let letters = base64::engine::general_purpose::STANDARD.encode(bytes);
        let text = format!("{}{letters}{}", &LEVEL_1[..start], &LEVEL_1[end..]);
        check("text/xml", text.replace("application/pdf", media_type).as_bytes())
    };
    let fault = |result: Result<clinical::Checked, Unreadable>| match result {
        Err(Unreadable::Enclosed { path, fault }) => {
            assert_eq!(path, "/ClinicalDocument/component/nonXMLBody/text");
            *fault
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(enclosing("image/jpeg", JPEG).unwrap().encapsulated, Some(Kind::Jpeg));
    assert_eq!(enclosing("text/plain", "é".as_bytes()).unwrap().encapsulated, Some(Kind::Text));
    assert_eq!(fault(enclosing("text/html", b"<html>")), Unreadable::Active);
    assert!(matches!(fault(enclosing("text/plain", b"<svg/>")), Unreadable::NotWhatItSays { .. }));
    assert_eq!(fault(enclosing("application/pdf", b"%PDF-1.4 cut")), Unreadable::Pdf(PdfFault::End));
    // A CDA inside a CDA would be a second document that nobody compares.
    assert!(matches!(fault(enclosing("text/xml", LEVEL_3.as_bytes())), Unreadable::NotWhatItSays { .. }));

    // An illustration of a structured body: only what acts is refused.
    let illustrated = |bytes: &[u8]| {
        let letters = base64::engine::general_purpose::STANDARD.encode(bytes);
        let value = format!("<value mediaType='image/jpeg' representation='B64'>{letters}</value></section>");
        check("text/xml", LEVEL_3.replacen("</section>", &value, 1).as_bytes())
    };
    assert!(illustrated(b"\x89PNG\r\n\x1A\n").is_ok());
    assert!(matches!(illustrated(b"<svg onload='x'/>"), Err(Unreadable::Enclosed { .. })));

    let many = |count| {
        let values = "<value representation='B64'>AAAA</value>".repeat(count);
        check("text/xml", LEVEL_3.replacen("</section>", &format!("{values}</section>"), 1).as_bytes())
    };
    assert!(many(256).is_ok());
    assert!(matches!(many(257), Err(Unreadable::Cda(CdaError::Invalid { .. }))));
}

#[test]
fn f09_a_document_that_is_too_long_is_refused_unread() {
    let mut long = LEVEL_1.as_bytes().to_vec();
    let at = LEVEL_1.find("JVBERi0").expect("base64");
    long.splice(at..at, std::iter::repeat_n(b'A', 40 * 1024 * 1024));
    match refusal("text/xml", &long) {
        Unreadable::Xml(error) => assert_eq!(error.reason, xml::Reason::TooLong),
        other => panic!("{other}"),
    }
}
