//! What is read, and what holds of it. Each answers in a few words that hold no value of the input: one more kind of
//! answer is one more input to go on from.

use std::fmt::Debug;

use clinical::render::{Body, Frame, French};
use ihe::fhir::operations::{
    authorise, break_glass, care, counter, life, manage, open_record, regulate, representative,
};
use ihe::fhir::{Outcome, iti65, iti66, iti67, iti68, patient, search as query, subscription};
use ihe::hl7v3::{candidates, create, demographics, revise};
use ihe::mtom::{ContentType, Event, Related, Splitter};
use ihe::xds::{RegistryErrors, iti18, iti41, iti42, iti43, iti57};
use ihe::{dmp, fhir, soap as envelope, vihf};
use model::Instant;
use rustls_pki_types::CertificateDer;
use server::connection::{Anchor, PeerCertificate, subject_of};

const BASE: &str = "https://localhost:8445/fhir";

/// Every node is walked, and each stands where it says.
pub fn xml(input: &[u8]) -> String {
    let document = match xml::Document::parse(input, &xml::Limits::default()) {
        Ok(document) => document,
        Err(no) => return words(&no.reason),
    };
    for node in document.root().descendants() {
        assert!(document.source().get(node.range()).is_some_and(|it| it.starts_with('<')));
        assert!(node.path().starts_with('/'));
        let _ = (node.name(), node.text(), node.attributes().count());
    }
    format!("read, {} instructions", document.instructions().count().min(3))
}

/// What is read can be shown, and what is shown is small enough to send.
pub fn cda(input: &[u8]) -> String {
    let header = clinical::read_cda(input);
    let Ok(view) = clinical::render::cda(input, &clinical::render::Limits::default()) else {
        return header.map_or_else(|no| words(&no), |_| "a header that is not shown".to_owned());
    };
    assert!(header.is_ok());
    assert!(clinical::cda::circumstances(input).is_ok(), "what is read whole says what surrounds it");
    let frame = Frame::new(2, "fuzz", &French).unwrap();
    match view.body {
        Body::Narrative(narrative) => {
            let html = narrative.html(&view.media, &frame);
            assert!(!html.contains("<script"));
            "narrative".to_owned()
        }
        Body::Enclosed(_) => "enclosed".to_owned(),
    }
}

pub fn pdf(input: &[u8]) -> String {
    clinical::check("application/pdf", input).map_or_else(|no| words(&no), |_| "opens".to_owned())
}

pub fn jpeg(input: &[u8]) -> String {
    clinical::check("image/jpeg", input).map_or_else(|no| words(&no), |_| "opens".to_owned())
}

/// Where images are: identifiers that are fit for an address, and no more of them than are listed.
pub fn kos(input: &[u8]) -> String {
    match clinical::read_kos(input) {
        Ok(found) => {
            let series = found.studies.iter().flat_map(|it| &it.series).map(|it| &it.uid);
            for uid in found.studies.iter().map(|it| &it.uid).chain(series) {
                assert!((1..=64).contains(&uid.len()));
                assert!(uid.bytes().all(|it| it.is_ascii_digit() || it == b'.'));
            }
            format!("{} studies", found.studies.len().min(3))
        }
        Err(no) => words(&no),
    }
}

/// A subscription, its id, and what is asked of its events.
pub fn subscription(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    if let Some(since) = subscription::Since::parse(&text) {
        assert_eq!(since.id(), text);
    }
    let pulled = query::pairs(&text).and_then(|pairs| subscription::Asked::read(&pairs));
    match subscription::decode(input) {
        Ok(patient) => {
            assert!(patient.ins.is_some() || patient.record.is_some());
            "read".to_owned()
        }
        Err(no) => format!("{} {}", pulled.is_ok(), refusal(&no)),
    }
}

/// NAME.json of the sending kit: what is wrong with it never quotes it.
pub fn sidecar(input: &[u8]) -> String {
    server::kit::sidecar::says(input)
}

/// ITI-65.
pub fn lot(input: &[u8]) -> String {
    match iti65::decode(input, BASE) {
        Ok(lot) => format!("{} documents", lot.documents.len()),
        Err(no) => refusal(&no),
    }
}

/// The bodies of our own operations: each decoder reads each.
pub fn operation(input: &[u8]) -> String {
    let answers = [
        open_record::decode(input).map(drop),
        open_record::decode_batch(input).map(drop),
        authorise::decode(input).map(drop),
        break_glass::decode(input).map(drop),
        regulate::decode(input).map(drop),
        representative::decode(input).map(drop),
        manage::decode(input).map(drop),
        counter::decode(input).map(drop),
        counter::decode_form(input).map(drop),
        life::decode_oppose(input).map(drop),
        life::decode_reopen(input).map(drop),
        life::decode_death(input).map(drop),
        care::decode_care(input).map(drop),
        care::decode_attending(input).map(drop),
        care::decode_practice(input).map(drop),
        care::decode_trusted_person(input).map(drop),
        care::decode_secret_act(input).map(drop),
    ];
    let read = answers.iter().filter(|it| it.is_ok()).count();
    let no = answers.into_iter().filter_map(Result::err).next();
    format!("{read} read; {}", no.map_or_else(String::new, |no| refusal(&no)))
}

/// ITI-67, ITI-66, TD0.2 and the ids of an address. What is understood is understood again when it is written out.
pub fn search(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let id = iti68::document(&text).is_ok();
    let pairs = match query::pairs(&text) {
        Ok(pairs) => pairs,
        Err(no) => return format!("{id} {}", refusal(&no)),
    };
    // escaped, it may have become too long
    let again = query::pairs(&query::to_query(&pairs));
    assert!(again.as_ref().map_or_else(|no| refusal(no).contains("too long"), |again| *again == pairs));
    let documents = iti67::DocumentQuery::parse(&pairs);
    if let Ok(documents) = &documents {
        let again = iti67::DocumentQuery::parse(&documents.to_pairs()).expect("what was understood");
        assert_eq!(again.to_pairs(), documents.to_pairs());
    }
    let sets = iti66::ListQuery::parse(&pairs);
    if let Ok(sets) = &sets {
        let again = iti66::ListQuery::parse(&sets.to_pairs()).expect("what was understood");
        assert_eq!(again.to_pairs(), sets.to_pairs());
    }
    let status = patient::query(&pairs).map(drop);
    let answers = [documents.map(drop), sets.map(drop), status]
        .map(|it| it.map_or_else(|no| refusal(&no), |()| "read".into()));
    format!("{id} {}", answers.join(" | "))
}

/// A certificate whose issuer is an anchor, so that its names are read.
pub fn certificate(input: &[u8]) -> String {
    let der = CertificateDer::from(input.to_vec());
    let issuer = x509_parser::parse_x509_certificate(input).map(|(_, it)| it.issuer().as_raw().to_vec());
    let anchors = issuer.map(|it| vec![(Anchor::Persons, it)]).unwrap_or_default();
    let root = subject_of(&der).is_ok();
    match PeerCertificate::read(&der, &anchors) {
        Ok(read) => {
            assert!(format!("{read:?}").contains("PeerCertificate"));
            format!("{root} read, organisation {}", read.organisation.is_some())
        }
        Err(no) => format!("{root} {}", words(&no)),
    }
}

/// The names of a fault, without what it holds: digits and quoted texts are the input's.
fn words(fault: &impl Debug) -> String {
    let text = format!("{fault:?}");
    let bare = text.split('"').step_by(2).collect::<String>();
    bare.chars().filter(|it| !it.is_ascii_digit()).take(120).collect()
}

fn refusal(no: &Outcome) -> String {
    let issue = no.issues.first();
    // the name of a parameter is the input's own
    let place = issue.and_then(|it| it.expression.as_deref()).filter(|it| !it.starts_with("http."));
    let place = place.unwrap_or_default();
    let says = issue.map(|it| it.diagnostics.as_str()).unwrap_or_default();
    let text = format!("{} {place} {says}", no.status);
    text.chars().filter(|it| !it.is_ascii_digit()).take(120).collect()
}

/// FHIR in XML: what is read can be written, and is the same when it is read again.
pub fn fhir_xml(input: &[u8]) -> String {
    let json = match fhir::xml::to_json(input, 1 << 20) {
        Ok(json) => json,
        Err(no) => return refusal(&no),
    };
    match fhir::xml::from_json(&json) {
        Ok(text) => {
            assert_eq!(fhir::xml::to_json(text.as_bytes(), 8 << 20).as_ref(), Ok(&json));
            "read and written".to_owned()
        }
        Err(no) => format!("read; {}", words(&no)),
    }
}

/// HL7 v3 and the services of our own beside it: each decoder reads each message.
pub fn hl7(input: &[u8]) -> String {
    let Ok(document) = xml::Document::parse(input, &xml::Limits::default()) else {
        return "no XML".to_owned();
    };
    let node = document.root();
    let answers = [
        demographics::decode(node).map(drop),
        candidates::decode(node).map(drop),
        create::decode(node).map(drop),
        revise::decode(node).map(drop),
        demographics::decode_answer(node).map(drop),
        create::decode_answer(node).map(drop),
        dmp::patients::decode(node).map(drop),
        dmp::authorisation::decode_set(node).map(drop),
        dmp::authorisation::decode_list(node).map(drop),
        dmp::access::decode_create(node).map(drop),
        dmp::access::decode_update(node).map(drop),
        dmp::access::decode_channel(node).map(drop),
    ];
    answers.iter().map(|it| it.as_ref().map_or_else(words, |()| "read".to_owned())).collect()
}

/// ITI-18, 41, 42, 43 and 57, without their envelope.
pub fn xds(input: &[u8]) -> String {
    let Ok(document) = xml::Document::parse(input, &xml::Limits::default()) else {
        return "no XML".to_owned();
    };
    let node = document.root();
    let answers = [
        iti18::decode(&node).map(drop),
        iti41::decode(&node, 1 << 20).map(drop),
        iti42::decode(&node).map(drop),
        iti43::decode(&node).map(drop),
        iti57::decode(&node).map(drop),
    ];
    let says = |no: &RegistryErrors| no.0.first().map_or_else(String::new, |it| format!("{:?}", it.code));
    answers.iter().map(|it| it.as_ref().map_or_else(says, |()| "read".to_owned())).collect()
}

const FIND: envelope::Operation = envelope::Operation {
    action: "urn:ihe:iti:2007:RegistryStoredQuery",
    reply: "urn:ihe:iti:2007:RegistryStoredQueryResponse",
    body: ("urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0", "AdhocQueryRequest"),
};

/// Whoever signs is trusted: a spoilt assertion falls by what it says and by its signature.
struct Anybody;

impl xml::signature::Trust for Anybody {
    fn trusts(&self, _: &xml::signature::Certificate, _: &[Vec<u8>]) -> bool {
        true
    }
}

/// An envelope and its VIHF. No assertion of the corpus has a right signature: none may be taken.
pub fn soap(input: &[u8]) -> String {
    let transport = envelope::Transport { actions: vec![FIND.action.to_owned()], ..Default::default() };
    let request = match envelope::decode(input, &transport, &[&FIND]) {
        Ok(request) => request,
        Err(no) => return no.fault.reason.to_string(),
    };
    let Ok(security) = request.security() else { return "no security".to_owned() };
    let told = vihf::read(security, &vihf::Expected::at(Instant::EPOCH), &Anybody);
    told.map_or_else(|no| no.to_string(), |_| panic!("an assertion nobody signed"))
}

/// Parts: the same whether the bytes come at once or one by one.
pub fn mtom(input: &[u8]) -> String {
    let kind = "multipart/related; boundary=frontier; start=\"<root@carnet>\"; \
                type=\"application/xop+xml\"; start-info=\"application/soap+xml\"";
    let related = Related::of(&ContentType::parse(kind).unwrap()).unwrap().unwrap();
    let split = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut splitter = Splitter::new(&related, Default::default());
        let mut events: Vec<Event> = Vec::new();
        for piece in pieces {
            splitter.push(piece);
            loop {
                match splitter.next() {
                    Ok(Some(Event::Bytes(more))) => match events.last_mut() {
                        Some(Event::Bytes(before)) => before.extend(more),
                        _ => events.push(Event::Bytes(more)),
                    },
                    Ok(Some(event)) => events.push(event),
                    Ok(None) => break,
                    Err(no) => return Err(no),
                }
            }
        }
        splitter.finish().map(|()| events)
    };
    let whole = split(&mut std::iter::once(input));
    assert_eq!(whole, split(&mut input.chunks(1)));
    whole.map_or_else(|no| no.to_string(), |events| format!("{} events", events.len().min(20)))
}
