//! The envelope: what is a call, what is not, and what is answered (abuse cases C01 to C09).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ihe::soap::{Fault, FaultCode, Operation, Refused, Reply, Request, Subcode, Transport, decode};
use model::Dice;
use xml::{Document, Limits};

const ENV: &str = ihe::soap::ENVELOPE;
const WSA: &str = ihe::soap::ADDRESSING;

static ASK: Operation = Operation { action: "urn:ask", reply: "urn:answer", body: ("urn:t", "Ask") };
static DELETE: Operation = Operation { action: "urn:delete", reply: "urn:gone", body: ("urn:t", "Delete") };

struct Fixed;

impl Dice for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// As published clients write it: unqualified attributes, default namespaces on each header.
fn message() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soap:Envelope xmlns:soap=\"{ENV}\"><soap:Header>\
         <MessageID xmlns=\"{WSA}\">urn:uuid:1</MessageID><To xmlns=\"{WSA}\">https://x/registry</To>\
         <Action mustUnderstand=\"true\" xmlns=\"{WSA}\"> urn:ask </Action>\
         <ReplyTo xmlns=\"{WSA}\"><Address>{WSA}/anonymous</Address></ReplyTo></soap:Header>\
         <soap:Body><t:Ask xmlns:t=\"urn:t\"><!-- a comment is no matter here -->1</t:Ask></soap:Body></soap:Envelope>\n"
    )
}

fn read(source: &str) -> Result<Request, Refused> {
    decode(source.as_bytes(), &Transport::default(), &[&ASK, &DELETE])
}

fn with(from: &str, to: &str) -> String {
    let message = message();
    let changed = message.replace(from, to);
    assert_ne!(changed, message, "{from}");
    changed
}

fn fault(source: &str) -> Fault {
    read(source).map(|_| ()).expect_err(source).fault
}

#[test]
fn a_call_is_read() {
    let request = read(&message()).unwrap();
    assert_eq!(request.operation, &ASK);
    assert_eq!(request.addressing.message_id, "urn:uuid:1");
    assert_eq!(request.addressing.to.as_deref(), Some("https://x/registry"));
    assert_eq!(request.body().text(), "1");
    assert!(request.security().is_err());
    let no_reply_to =
        with(&format!("<ReplyTo xmlns=\"{WSA}\"><Address>{WSA}/anonymous</Address></ReplyTo>"), "");
    assert!(read(&no_reply_to).is_ok());
}

#[test]
fn c01_to_c06_what_is_no_xml_we_read() {
    let doctype =
        with("\n<soap:Envelope", "\n<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><soap:Envelope");
    assert_eq!(fault(&doctype).reason, "a doctype is not accepted");
    let deep = with(">1<", &format!(">{}1{}<", "<a>".repeat(100), "</a>".repeat(100)));
    assert_eq!(fault(&deep).reason, "the message is larger than accepted");
    let declared: String = (0..100).map(|number| format!(" xmlns:n{number}=\"urn:{number}\"")).collect();
    let many = with("<t:Ask ", &format!("<t:Ask{declared} "));
    assert_eq!(fault(&many).reason, "the message is larger than accepted");
    assert_eq!(fault(&with(">1<", ">&#0;<")).code, FaultCode::Sender);
    let latin = Transport { charset: Some("iso-8859-1".into()), actions: Vec::new() };
    let refused = decode(message().as_bytes(), &latin, &[&ASK]).unwrap_err();
    assert_eq!(refused.fault.reason, "transport and message disagree on the encoding");
    let wide = with(">1<", &format!(">{}<", "x".repeat(5 * 1024 * 1024)));
    assert_eq!(fault(&wide).reason, "the message is larger than accepted");
}

#[test]
fn c04_nothing_is_fetched_that_a_message_names() {
    assert_eq!(
        fault(&with("\n<soap:Envelope", "\n<?xml-stylesheet href=\"http://localhost/\"?><soap:Envelope"))
            .reason,
        "processing instructions are not accepted"
    );
    let located = with(
        "<t:Ask ",
        "<t:Ask xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"urn:t http://localhost/\" ",
    );
    assert!(read(&located).is_ok(), "ignored: there is nothing here that would read it");
}

#[test]
fn c07_content_type_action_and_body_say_the_same() {
    let named = |action: &str| {
        let transport =
            Transport::of_content_type(&format!("application/soap+xml; charset=utf-8; action=\"{action}\""));
        decode(message().as_bytes(), &transport.unwrap(), &[&ASK, &DELETE])
    };
    assert!(named("urn:ask").is_ok());
    let mismatch = [Subcode::InvalidAddressingHeader, Subcode::ActionMismatch];
    assert_eq!(named("urn:delete").unwrap_err().fault.subcodes, mismatch);
    let two = Transport::default().and_action("urn:ask").and_action("\"urn:delete\"");
    assert_eq!(decode(message().as_bytes(), &two, &[&ASK, &DELETE]).unwrap_err().fault.subcodes, mismatch);
    let body = with("t:Ask", "t:Delete");
    assert_eq!(fault(&body).subcodes, mismatch);
    let namespace = with("urn:t\"", "urn:other\"");
    assert_eq!(fault(&namespace).subcodes, mismatch);
    let unknown = with("urn:ask", "urn:other");
    assert_eq!(fault(&unknown).subcodes, [Subcode::ActionNotSupported]);
    // a service that does not offer it does not answer it
    let other = decode(message().as_bytes(), &Transport::default(), &[&DELETE]).unwrap_err();
    assert_eq!(other.fault.subcodes, [Subcode::ActionNotSupported]);
}

#[test]
fn c08_answers_go_back_on_the_connection_and_nowhere_else() {
    let anonymous = format!("{WSA}/anonymous");
    let only = [Subcode::InvalidAddressingHeader, Subcode::OnlyAnonymousAddressSupported];
    for to in ["http://169.254.169.254/", "http://www.w3.org/2005/08/addressing/none", "", "urn:x"] {
        assert_eq!(fault(&with(&anonymous, to)).subcodes, only, "{to}");
    }
    let faults = with(
        "<ReplyTo",
        &format!("<FaultTo xmlns=\"{WSA}\"><Address>http://localhost/</Address></FaultTo><ReplyTo"),
    );
    assert_eq!(fault(&faults).subcodes, only);
    assert_eq!(fault(&with("ReplyTo", "FaultTo").replace("/anonymous", "/x")).subcodes, only);
}

#[test]
fn c09_headers_bodies_and_what_stands_around() {
    let unknown = |attributes: &str| {
        with("<MessageID", &format!("<u:Unknown xmlns:u=\"urn:u\" {attributes}/><MessageID"))
    };
    let must = fault(&unknown("soap:mustUnderstand=\"1\""));
    assert_eq!(must.code, FaultCode::MustUnderstand);
    assert_eq!(must.not_understood, [("urn:u".to_owned(), "Unknown".to_owned())]);
    let next = "soap:mustUnderstand=\"true\" soap:role=\"http://www.w3.org/2003/05/soap-envelope/role/next\"";
    assert_eq!(fault(&unknown(next)).code, FaultCode::MustUnderstand);
    assert!(read(&unknown("soap:mustUnderstand=\"0\"")).is_ok());
    assert!(read(&unknown("mustUnderstand=\"1\"")).is_ok(), "an attribute of no namespace says nothing");
    assert!(read(&unknown("soap:mustUnderstand=\"1\" soap:role=\"urn:somebody-else\"")).is_ok());
    assert_eq!(fault(&unknown("soap:mustUnderstand=\"yes\"")).code, FaultCode::Sender);

    for wrong in [
        with("</soap:Envelope>", "<soap:Body/></soap:Envelope>"),
        with("<soap:Body>", "<soap:Header/><soap:Body>"),
        with("<soap:Body>", "text<soap:Body>"),
        with("</soap:Envelope>", "<x/></soap:Envelope>"),
        with("</soap:Envelope>", "</soap:Envelope><!-- x -->"),
        with("</soap:Envelope>", "</soap:Envelope><x/>"),
        with("</soap:Envelope>", "</soap:Envelope>x"),
        with("\n<soap:Envelope", "\n<!-- x --><soap:Envelope"),
        with("<soap:Header>", "<soap:Header><!-- x -->"),
        with("<soap:Header>", "<soap:Header>x"),
        with("<t:Ask ", "<t:Ask xmlns:t=\"urn:t\"/><t:Ask "),
        with("<t:Ask ", "x<t:Ask "),
        with("soap:Envelope", "soap:Letter"),
        String::new(),
        "<a".to_owned(),
    ] {
        assert_eq!(fault(&wrong).code, FaultCode::Sender, "{wrong}");
    }
    let old = with(ENV, ihe::soap::ENVELOPE_1_1);
    assert_eq!(fault(&old).code, FaultCode::VersionMismatch);
}

#[test]
fn addressing_headers_are_there_once() {
    let cardinality = [Subcode::InvalidAddressingHeader, Subcode::InvalidCardinality];
    for name in ["Action", "MessageID", "To", "From", "ReplyTo", "FaultTo"] {
        let block = format!("<{name} xmlns=\"{WSA}\">urn:ask</{name}>");
        let twice = with("<soap:Header>", &format!("<soap:Header>{block}{block}"));
        assert_eq!(fault(&twice).subcodes, cardinality, "{name}");
    }
    for name in ["Action", "MessageID"] {
        let missing = with(&format!("<{name} "), "<Other ").replace(&format!("</{name}>"), "</Other>");
        assert_eq!(fault(&missing).subcodes, [Subcode::MessageAddressingHeaderRequired], "{name}");
    }
    let spaced = with("urn:uuid:1", "urn:uuid 1");
    assert_eq!(fault(&spaced).subcodes, [Subcode::InvalidAddressingHeader, Subcode::InvalidAddress]);
}

#[test]
fn a_fault_answers_the_message_that_caused_it() {
    let refused = read(&with("t:Ask", "t:Delete")).unwrap_err();
    assert_eq!(refused.message_id.as_deref(), Some("urn:uuid:1"));
    let written = refused.fault.write(refused.message_id.as_deref(), &Fixed).unwrap();
    let document = Document::parse(written.as_bytes(), &Limits::default()).unwrap();
    let header = document.root().child(ENV, "Header").unwrap();
    let text = |name| header.child(WSA, name).unwrap().text().into_owned();
    assert_eq!(text("RelatesTo"), "urn:uuid:1");
    assert_eq!(text("Action"), "http://www.w3.org/2005/08/addressing/fault");
    assert!(text("MessageID").starts_with("urn:uuid:07070707-"));
    let fault = document.root().child(ENV, "Body").unwrap().child(ENV, "Fault").unwrap();
    let values: Vec<String> =
        fault.descendants().filter(|it| it.is(ENV, "Value")).map(|it| it.text().into_owned()).collect();
    assert_eq!(values, ["env:Sender", "wsa:InvalidAddressingHeader", "wsa:ActionMismatch"]);
    assert_eq!(refused.fault.http_status(), 400);

    let security = Fault::security(Subcode::FailedCheck, "x").write(None, &Fixed).unwrap();
    assert!(security.contains("wsse:FailedCheck") && !security.contains("RelatesTo"));
    let must = fault_of(FaultCode::MustUnderstand).write(None, &Fixed).unwrap();
    assert!(must.contains("<env:NotUnderstood xmlns:h=\"urn:u\" qname=\"h:Unknown\"/>"), "{must}");
    assert!(fault_of(FaultCode::VersionMismatch).write(None, &Fixed).unwrap().contains("env:Upgrade"));
}

fn fault_of(code: FaultCode) -> Fault {
    let mut fault = Fault::new(code, "x");
    if code == FaultCode::MustUnderstand {
        fault.not_understood.push(("urn:u".into(), "Unknown".into()));
    }
    fault
}

#[test]
fn an_answer_says_what_it_answers() {
    let request = read(&message()).unwrap();
    let written = Reply::to(&request, &Fixed)
        .write(|writer| {
            writer.start("t:Answer").attribute("xmlns:t", "urn:t").text("1 < 2").end();
        })
        .unwrap();
    let document = Document::parse(written.as_bytes(), &Limits::default()).unwrap();
    let header = document.root().child(ENV, "Header").unwrap();
    let text = |name| header.child(WSA, name).unwrap().text().into_owned();
    assert_eq!((text("Action"), text("RelatesTo")), ("urn:answer".into(), "urn:uuid:1".into()));
    assert_eq!(document.root().child(ENV, "Body").unwrap().text(), "1 < 2");
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_fall(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let _ = decode(&bytes, &Transport::default(), &[&ASK]);
    }

    #[test]
    fn no_change_makes_it_fall(at in 0_usize..800, length in 0_usize..40, text in "[<>/&\"= a-z:!\\-\\[]{0,12}") {
        let mut source = message();
        let at = at.min(source.len());
        let end = (at + length).min(source.len());
        source.replace_range(at..end, &text);
        let _ = read(&source);
    }
}
