//! What is too large, and what is too much at once, told in SOAP (design, invariant 10).

use std::io::Read;
use std::sync::mpsc;

use ureq::SendBody;

use crate::common::Demo;
use crate::common::bundle::Person;
use crate::common::scene::Scene;
use crate::common::soap::*;

#[test]
fn a_message_too_large_gets_a_fault_and_leaves_its_line() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(97);
    scene.open_to_the_doctor(&person);
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    for path in ["/xds/registry", "/xds/repository", "/dmp/patients", "/dmp/authorisations"] {
        let before = demo.verified()["refused"].as_u64().unwrap();
        let envelope = format!("<a>{}</a>", "<b/>".repeat((2 << 20) / 4));
        let answer = doctor.send(path, ITI_18, &envelope).must(413);
        let kind = answer.headers["content-type"].to_str().unwrap();
        assert!(kind.starts_with("application/soap+xml"), "{path}: {kind}");
        let said = String::from_utf8(answer.body).unwrap();
        assert!(said.contains("larger than this door takes") && said.contains(":Sender<"), "{path}: {said}");
        assert_eq!(demo.verified()["refused"], before + 1, "{path}");
    }
    // just below, it is read
    let envelope = message(ITI_18, &doctor.assertion(&person), &find_documents(&person));
    let padded = format!("{envelope}{}", " ".repeat((1 << 20) - envelope.len()));
    doctor.send("/xds/registry", ITI_18, &padded).says("Success");
}

/// Says nothing until it is let go.
struct Silent(mpsc::Receiver<()>);

impl Read for Silent {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        let _ = self.0.recv();
        Ok(0)
    }
}

#[test]
fn too_many_submissions_at_once_are_told_to_come_back() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    // eight of 64 MiB take the room there is
    let (kept, held): (Vec<_>, Vec<_>) = (0..8).map(|_| mpsc::channel::<()>()).unzip();
    let large: Vec<_> = held
        .into_iter()
        .map(|held| {
            let agent = demo.client(Some(&scene.hospital));
            let url = demo.at("feed", "/xds/repository");
            std::thread::spawn(move || {
                let request = ureq::http::Request::post(url)
                    .header("Content-Type", soap_type(ITI_41))
                    .header("Content-Length", (64_u64 << 20).to_string());
                let _ = agent.run(request.body(SendBody::from_owned_reader(Silent(held))).unwrap());
            })
        })
        .collect();
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let small = || hospital.send("/xds/repository", ITI_41, "<a/>");
    let answer = std::iter::repeat_with(small).take(50).find(|it| it.status == 503);
    let said = String::from_utf8(answer.expect("the room was never taken").body).unwrap();
    assert!(said.contains("too many submissions at once") && said.contains(":Receiver<"), "{said}");
    drop(kept);
    large.into_iter().for_each(|it| it.join().unwrap());
    let answer = std::iter::repeat_with(small).take(50).find(|it| it.status != 503);
    assert_eq!(answer.expect("the room is free again").status, 400);
}
