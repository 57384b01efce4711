//! The splitter: events do not depend on how bytes arrive, and what is doubtful is refused (abuse cases D).

use ihe::mtom::{ContentType, Error, Event, Limits, Related, Splitter, Writer, href, include};
use proptest::prelude::*;

use crate::fixtures::parse;

const TYPE: &str = "multipart/related; boundary=\"b1\"; type=\"application/xop+xml\"; start=\"<root@x>\"; \
                    start-info=\"application/soap+xml\"";
const ROOT: &str = "--b1\r\nContent-Type: application/xop+xml; charset=UTF-8;\r\n type=\"application/soap+xml\"\r\n\
                    Content-ID: <root@x>\r\n\r\n<Envelope/>";

fn related(content_type: &str) -> Result<Related, Error> {
    Ok(Related::of(&ContentType::parse(content_type)?)?.expect("a multipart message"))
}

/// Splits bytes that arrive in these pieces; joins the bytes of each part.
fn split_pieces<'a>(limits: Limits, pieces: impl Iterator<Item = &'a [u8]>) -> Result<Vec<Event>, Error> {
    let mut splitter = Splitter::new(&related(TYPE)?, limits);
    let mut events: Vec<Event> = Vec::new();
    for piece in pieces {
        splitter.push(piece);
        while let Some(event) = splitter.next()? {
            match (events.last_mut(), event) {
                (Some(Event::Bytes(before)), Event::Bytes(more)) => before.extend(more),
                (_, event) => events.push(event),
            }
        }
    }
    splitter.finish()?;
    Ok(events)
}

fn split(text: &[u8]) -> Result<Vec<Event>, Error> {
    split_pieces(Limits::default(), std::iter::once(text))
}

/// The Content-ID and bytes of each part.
fn parts(text: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    for event in split(text)? {
        match event {
            Event::Part(head) => found.push((head.content_id, Vec::new())),
            Event::Bytes(bytes) => found.last_mut().unwrap().1.extend(bytes),
            Event::PartEnd | Event::End => {}
        }
    }
    Ok(found)
}

fn message(more: &str) -> Vec<u8> {
    format!("{ROOT}{more}\r\n--b1--").into_bytes()
}

fn part(header: &str, body: &str) -> String {
    format!("\r\n--b1\r\nContent-ID: <a@x>\r\n{header}\r\n{body}")
}

#[test]
fn a_message_is_cut_into_its_parts() {
    let text = message(&part("Content-Transfer-Encoding: binary\r\n", "one\r\ntwo\r\n"));
    let found = parts(&text).unwrap();
    assert_eq!(
        found,
        [("root@x".into(), b"<Envelope/>".to_vec()), ("a@x".into(), b"one\r\ntwo\r\n".to_vec())]
    );
    let events = split(&text).unwrap();
    assert!(matches!(&events[0], Event::Part(head) if head.is_envelope()));
    assert_eq!(events.last(), Some(&Event::End));
}

#[test]
fn what_stands_around_is_let_be_within_reason() {
    let right = String::from_utf8(message("")).unwrap();
    for around in [
        format!("\r\n{right}\r\n"),
        format!("A message in parts.\r\n{right}\r\n\r\n"),
        right.replace("--b1\r\n", "--b1 \t\r\n"),
    ] {
        assert_eq!(parts(around.as_bytes()).unwrap().len(), 1, "{around}");
    }
    assert_eq!(split(format!("{}\r\n{right}", "x".repeat(2_000)).as_bytes()), Err(Error::OutsideParts));
    assert_eq!(split(format!("{right}\r\n--b1\r\n").as_bytes()), Err(Error::OutsideParts));
}

#[test]
fn a_part_may_be_empty_or_without_a_body() {
    assert_eq!(parts(&message(&part("", ""))).unwrap()[1].1, b"");
    let bare = message("\r\n--b1\r\nContent-ID: <a@x>\r\n");
    assert_eq!(parts(&bare).unwrap()[1].1, b"");
}

#[test]
fn the_boundarys_text_survives_inside_a_document() {
    for body in [
        "--b1",
        "a--b1\r\nb",
        "\n--b1\r\n",
        "\r--b1\r\n",
        "\r\n-b1",
        "\r\n--B1\r\n",
        "\r\r\n\r\n--b",
        "--b1--",
    ] {
        // at the beginning of a body the line before is the header's
        let body = format!(".{body}");
        assert_eq!(parts(&message(&part("", &body))).unwrap()[1].1, body.as_bytes(), "{body:?}");
    }
    assert_eq!(split(&message(&part("", "\r\n--b12\r\n"))), Err(Error::Delimiter));
}

#[test]
fn a_message_that_ends_early_is_refused() {
    let whole = message(&part("", "body"));
    for length in 0..whole.len() {
        assert_eq!(split(&whole[..length]).err(), Some(Error::Truncated), "{length}");
    }
}

#[test]
fn base64_is_decoded_and_other_encodings_refused() {
    let with = |encoding: &str, body: &str| {
        parts(&message(&part(&format!("Content-Transfer-Encoding: {encoding}\r\n"), body)))
            .map(|it| it[1].1.clone())
    };
    assert_eq!(with("BASE64", "aGVs\r\nbG8=\r\n").unwrap(), b"hello");
    assert_eq!(with("base64", "aA==").unwrap(), b"h");
    assert_eq!(with("base64", "").unwrap(), b"");
    for wrong in
        ["aGVsbG8", "aGVsbG8==", "=", "a===", "aGVs=bG8", "aGVsbG8=a", "aGVsbG9=", "aGVs-_8=", "aB=="]
    {
        assert_eq!(with("base64", wrong), Err(Error::Base64), "{wrong}");
    }
    assert_eq!(with("8bit", "é").unwrap(), "é".as_bytes());
    assert_eq!(with("7bit", "e").unwrap(), b"e");
    assert_eq!(with("7bit", "é"), Err(Error::SevenBit));
    for wrong in ["quoted-printable", "x-gzip", "", "base64, binary"] {
        assert_eq!(with(wrong, "x"), Err(Error::TransferEncoding), "{wrong}");
    }
}

#[test]
fn parts_are_named_once_and_the_envelope_comes_first() {
    let twice = message(&format!("{}{}", part("", "x"), part("", "y")));
    assert_eq!(split(&twice), Err(Error::TwoContentIds));
    assert_eq!(split(&message("\r\n--b1\r\nContent-ID: <root@x>\r\n\r\nx")), Err(Error::TwoContentIds));
    assert_eq!(split(&message("\r\n--b1\r\n\r\nx")), Err(Error::NoContentId));
    let right = String::from_utf8(message("")).unwrap();
    assert_eq!(split(right.replace("root@x", "other@x").as_bytes()), Err(Error::Start));
    assert_eq!(split(right.replace("application/soap", "text/soap").as_bytes()), Err(Error::NotXop));
    assert_eq!(split(right.replace("application/xop", "text/xop").as_bytes()), Err(Error::NotXop));
    assert_eq!(split(right.replace("UTF-8", "ISO-8859-1").as_bytes()), Err(Error::NotXop));
    assert_eq!(split(b"--b1--"), Err(Error::Truncated));
}

#[test]
fn headers_are_read_strictly() {
    for (header, error) in [
        ("Content-ID: <b@x>\r\n", Error::Header),
        ("no colon\r\n", Error::Header),
        (": x\r\n", Error::Header),
        ("Content-Type: text/xml; a\r\n", Error::ContentType),
        ("Content-Type: multipart/mixed; boundary=c\r\n", Error::Nested),
        ("X: \u{1}\r\n", Error::Header),
    ] {
        assert_eq!(split(&message(&part(header, "x"))), Err(error), "{header:?}");
    }
    let long = format!("X: {}\r\n", "y".repeat(9_000));
    assert_eq!(split(&message(&part(&long, "x"))), Err(Error::HeaderTooLong));
    let endless = format!("{ROOT}\r\n--b1\r\n{}", "X: y\r\n".repeat(200_000));
    assert_eq!(split(endless.as_bytes()), Err(Error::HeaderTooLong));
}

#[test]
fn parts_are_counted() {
    let many: String = (0..100_000).map(|it| format!("\r\n--b1\r\nContent-ID: <{it}@x>\r\n\r\n")).collect();
    assert_eq!(split(&message(&many)), Err(Error::TooManyParts));
}

#[test]
fn memory_does_not_grow_with_a_part() {
    let mut splitter = Splitter::new(&related(TYPE).unwrap(), Limits::default());
    splitter.push(format!("{ROOT}{}", part("", "")).as_bytes());
    while splitter.next().unwrap().is_some() {}
    let chunk = vec![b'\r'; 64 << 10];
    for _ in 0..100 {
        splitter.push(&chunk);
        let mut given = 0;
        while let Some(event) = splitter.next().unwrap() {
            let Event::Bytes(bytes) = event else { panic!() };
            given += bytes.len();
        }
        // all but what may begin a boundary has left
        assert!(given + 8 >= chunk.len());
    }
}

#[test]
fn an_include_names_a_part_of_the_message_and_nothing_else() {
    let read = |inside: &str| {
        include(
            &parse(&format!(r#"<d xmlns:xop="http://www.w3.org/2004/08/xop/include">{inside}</d>"#)).root(),
        )
    };
    assert_eq!(read(r#"<xop:Include href="cid:a%40x%2B1"/>"#).as_deref(), Ok("a@x+1"));
    assert_eq!(read(" <xop:Include href=\"cid:a\"/>\n").as_deref(), Ok("a"));
    for wrong in [
        r#"<xop:Include href="http://127.0.0.1/"/>"#,
        r#"<xop:Include href="file:///etc/passwd"/>"#,
        r#"<xop:Include href="ftp://x/y"/>"#,
        r#"<xop:Include href="data:text/plain,x"/>"#,
        r#"<xop:Include href="CID:a"/>"#,
        r#"<xop:Include href="cid:"/>"#,
        r#"<xop:Include href="cid:%"/>"#,
        r#"<xop:Include href="cid:%4"/>"#,
        r#"<xop:Include href="cid:%00"/>"#,
        r#"<xop:Include href="cid:%ff"/>"#,
        r#"<xop:Include/>"#,
        r#"<Include href="cid:a"/>"#,
        r#"x<xop:Include href="cid:a"/>"#,
        r#"<xop:Include href="cid:a"/><xop:Include href="cid:b"/>"#,
        r#"<xop:Include href="cid:a"><y/></xop:Include>"#,
    ] {
        assert_eq!(read(wrong), Err(Error::Include), "{wrong}");
    }
    assert_eq!(href("a@x+1%"), "cid:a@x+1%25");
}

#[test]
fn what_is_written_is_read() {
    let writer = Writer::new([7; 16]);
    let id = writer.content_id(0);
    let mut out = writer.envelope().into_bytes();
    out.extend(b"<Envelope/>");
    out.extend(writer.part(&id, "application/pdf").into_bytes());
    out.extend(b"%PDF\r\n--part");
    out.extend(writer.end().into_bytes());
    let related = related(&writer.content_type()).unwrap();
    let mut splitter = Splitter::new(&related, Limits::default());
    splitter.push(&out);
    let mut bytes = Vec::new();
    let mut ids = Vec::new();
    while let Some(event) = splitter.next().unwrap() {
        match event {
            Event::Part(head) => ids.push(head.content_id),
            Event::Bytes(more) if ids.len() == 2 => bytes.extend(more),
            _ => {}
        }
    }
    splitter.finish().unwrap();
    assert_eq!(ids.last(), Some(&id));
    assert_eq!(bytes, b"%PDF\r\n--part");
    assert!(Writer::with("b", "r@x").is_some() && Writer::with("b\r\n", "r@x").is_none());
}

#[test]
fn every_cut_gives_the_same_events() {
    let text = message(&format!(
        "{}\r\n--b1\r\nContent-ID: <c@x>\r\nContent-Transfer-Encoding: base64\r\n\r\naGVs\r\nbG8=",
        part("", "\r\n--b\r\r\n-\r\n--")
    ));
    let whole = split(&text).unwrap();
    assert_eq!(split_pieces(Limits::default(), text.chunks(1)).unwrap(), whole);
    for cut in 0..text.len() {
        let (before, after) = text.split_at(cut);
        assert_eq!(split_pieces(Limits::default(), [before, after].into_iter()).unwrap(), whole, "{cut}");
    }
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    // pieces of the grammar, so that chance reaches its corners
    let piece = prop_oneof![
        Just(b"\r\n--b1".to_vec()),
        Just(b"--".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\r\n\r\n".to_vec()),
        Just(b"Content-ID: <a@x>\r\n".to_vec()),
        Just(b"Content-Transfer-Encoding: base64\r\n".to_vec()),
        Just(ROOT.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn cuts_do_not_matter_and_nothing_panics(bytes in noise(), valid in any::<bool>(), cuts in prop::collection::vec(1..20_usize, 1..20)) {
        let bytes = if valid { [ROOT.as_bytes(), &bytes, b"\r\n--b1--"].concat() } else { bytes };
        let whole = split(&bytes);
        let mut pieces = Vec::new();
        let mut rest = bytes.as_slice();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() { break; }
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        prop_assert_eq!(split_pieces(Limits::default(), pieces.into_iter()), whole);
    }

    #[test]
    fn any_document_survives(documents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..4)) {
        let writer = Writer::new([1; 16]);
        let mut out = writer.envelope().into_bytes();
        out.extend(b"<Envelope/>");
        for (place, document) in documents.iter().enumerate() {
            out.extend(writer.part(&writer.content_id(place), "application/octet-stream").into_bytes());
            out.extend(document);
        }
        out.extend(writer.end().into_bytes());
        let mut splitter = Splitter::new(&related(&writer.content_type()).unwrap(), Limits::default());
        let mut found: Vec<Vec<u8>> = Vec::new();
        for piece in out.chunks(7) {
            splitter.push(piece);
            while let Some(event) = splitter.next().unwrap() {
                match event {
                    Event::Part(_) => found.push(Vec::new()),
                    Event::Bytes(bytes) => found.last_mut().unwrap().extend(bytes),
                    _ => {}
                }
            }
        }
        splitter.finish().unwrap();
        prop_assert_eq!(&found[1..], documents.as_slice());
    }

    #[test]
    fn no_content_type_panics(text in "\\PC{0,60}", more in "(multipart/related)?(; ?(boundary|type|start)=\"?[a-z/\\\\\"<>]{0,9}\"?){0,4}") {
        for text in [text, more] {
            if let Ok(found) = ContentType::parse(&text) {
                let _ = Related::of(&found);
            }
        }
    }
}
