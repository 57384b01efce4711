//! Documents larger than what is held: in and out as streams, in little memory (issue "The wire", 1).

use std::io::{Cursor, Read};

use ureq::SendBody;

use crate::common::Demo;
use crate::common::bundle::{Document, Person};
use crate::common::scene::Scene;
use crate::common::soap::*;

const PLACE: &[u8] = b"@@@";

/// A DICOM file of so many bytes.
fn dicom(size: u64) -> impl Read + Send {
    let start = [&[0; 128], b"DICM\x02\0\0\0".as_slice()].concat();
    let rest = size - start.len() as u64;
    Cursor::new(start).chain(std::io::repeat(0x5a).take(rest))
}

/// The most the process ever held, in kB.
fn peak(demo: &Demo) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", demo.id())).unwrap();
    let line = status.lines().find(|it| it.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// `CARNET_MEGABYTES` of them, sixty without it and a gigabyte in the long run.
#[test]
fn what_is_large_passes_in_little_memory() {
    let megabytes = std::env::var("CARNET_MEGABYTES").map_or(60, |it| it.parse().expect("a whole number"));
    let size: u64 = megabytes << 20;
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(98);
    scene.open_to_the_doctor(&person);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    // whatever is held once is held before it is measured
    hospital.provide(&person, &[Document::text()], "").says("Success");
    doctor.find(&person).says("Success");
    let document = Document::file("application/dicom", PLACE);
    let lot = Lot::new(&scene.hospital, &person, std::slice::from_ref(&document), "");
    let envelope = message(ITI_41, &hospital.assertion(&person), &lot.body);
    let (kind, bytes) = mtom(ITI_41, &envelope, &lot.parts);
    let at = bytes.windows(PLACE.len()).rposition(|it| it == PLACE).unwrap();
    let (before, after) = (bytes[..at].to_vec(), bytes[at + PLACE.len()..].to_vec());
    let whole = Cursor::new(before).chain(dicom(size)).chain(Cursor::new(after));
    let held = peak(&demo);

    let request = ureq::http::Request::post(demo.at("feed", "/xds/repository")).header("Content-Type", kind);
    let request = request.body(SendBody::from_owned_reader(whole)).unwrap();
    let agent = demo.client_waiting(&scene.hospital);
    let mut answer = agent.run(request).unwrap();
    let said = answer.body_mut().read_to_string().unwrap();
    assert!(said.contains("ResponseStatusType:Success"), "{said}");

    let asked = message(ITI_43, &doctor.assertion(&person), &retrieve(&[&unique_id(&document)]));
    let agent = demo.client_waiting(&scene.doctor);
    let request = ureq::http::Request::post(demo.at("care", "/xds/repository"))
        .header("Content-Type", soap_type(ITI_43))
        .body(asked)
        .unwrap();
    let mut answer = agent.run(request).unwrap();
    let mut out = answer.body_mut().with_config().limit(u64::MAX).reader();
    let (mut chunk, mut read, mut filled) = (vec![0; 1 << 16], 0, 0);
    loop {
        let got = out.read(&mut chunk).unwrap();
        if got == 0 {
            break;
        }
        read += got as u64;
        filled += chunk[..got].iter().filter(|it| **it == 0x5a).count() as u64;
    }
    assert!(read > size && filled >= size - 136, "{read} bytes, {filled} of them the document's");
    // the kernel counts pages a little late: less than before is none more
    let grown = peak(&demo).saturating_sub(held);
    println!("{megabytes} MB in and out: {} MB more at the peak", grown >> 10);
    assert!(grown < 32 << 10, "{grown} kB");
}

#[test]
fn what_must_be_opened_whole_has_a_limit() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(99);
    scene.open_to_the_doctor(&person);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let long = Document::file("text/plain", &vec![b'x'; (64 << 20) + 1]);
    hospital.provide(&person, &[long], "").errs("XDSRepositoryOutOfResources");
    assert_eq!(scene.total(&person), 0);
}
