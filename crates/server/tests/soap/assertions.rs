//! Who calls: the assertion must say what certificate and directory prove, and counts once (abuse B).

use ihe::vihf::{Mode, Role};
use jiff::SignedDuration;
use model::{Profession, Purpose};

use crate::common::Demo;
use crate::common::bundle::{Document, Person};
use crate::common::scene::Scene;
use crate::common::soap::*;

#[test]
fn an_assertion_that_says_something_else_than_certificate_and_directory_is_refused() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(81);
    scene.open_to_the_doctor(&person);
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    let pharmacist = Speaker::new(&demo, "care", &demo.of_role("21"));
    let body = find_documents(&person);
    let send = |assertion: &str| doctor.send("/xds/registry", ITI_18, &message(ITI_18, assertion, &body));
    let claim = |change: &dyn Fn(&mut ihe::vihf::Claims)| {
        let mut claims = claims(&scene.doctor, &person);
        change(&mut claims);
        assertion(&claims, &doctor.card)
    };
    send(&claim(&|_| {})).says("Success");
    // B12: the card is one's, the name another's; and the other way round
    send(&claim(&|it| it.person = pharmacist.actor.text("id").parse().unwrap()))
        .faults(400, "FailedAuthentication");
    let hers = assertion(&claims(&pharmacist.actor, &person), &pharmacist.card);
    send(&hers).faults(400, "FailedAuthentication");
    // B13: a house where they do not work, a profession that is not theirs
    let elsewhere = demo.actor("payer");
    send(&claim(&|it| it.organisation = elsewhere.text("id").parse().unwrap()))
        .faults(400, "FailedAuthentication");
    let dentist = Role::Profession { profession: Profession::health("40"), detail: None };
    send(&claim(&|it| it.role = dentist.clone())).faults(400, "FailedAuthentication");
    // B16: the organisation's word opens nothing here
    send(&claim(&|it| it.mode = Mode::Indirect)).faults(400, "FailedAuthentication");
    send(&claim(&|it| {
        it.mode = Mode::IndirectReinforced;
        it.declaration = Some("APP_BROWSER_AUTH".into());
    }))
    .faults(400, "FailedAuthentication");
    // B04, B05
    let ago = |minutes: i64| now().plus(SignedDuration::from_mins(-minutes));
    send(&claim(&|it| (it.issued, it.not_on_or_after) = (ago(20), ago(10)))).faults(400, "MessageExpired");
    send(&claim(&|it| it.not_on_or_after = it.issued.plus(SignedDuration::from_hours(24 * 365))))
        .faults(400, "InvalidSecurityToken");
    // B01
    let unsigned = claim(&|_| {});
    let from = unsigned.find("<ds:Signature").unwrap();
    let until = unsigned.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    send(&format!("{}{}", &unsigned[..from], &unsigned[until..])).must(400);
    // one who is let in, and a purpose that no window backs
    pharmacist.find(&person).errs("XDSRegistryError");
    let reason = Purpose::BreakGlass { reason: "inconscient".into() };
    send(&claim(&|it| it.purpose = reason.clone())).errs("XDSRegistryError");
}

#[test]
fn an_assertion_counts_once_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut demo = Demo::start_in(&data);
    let person = Person::invented(82);
    let used = {
        let scene = Scene::new(&demo);
        scene.open_to_the_doctor(&person);
        let doctor = Speaker::new(&demo, "care", &scene.doctor);
        let assertion = doctor.assertion(&person);
        let ask = |assertion: &str| {
            doctor.send("/xds/registry", ITI_18, &message(ITI_18, assertion, &find_documents(&person)))
        };
        ask(&assertion).says("Success");
        ask(&assertion).faults(400, "FailedAuthentication");
        // a request that cannot be done uses it up as well
        let unread = doctor.assertion(&person);
        let nonsense = find_documents(&person).replace("14d4debf", "00000000");
        doctor
            .send("/xds/registry", ITI_18, &message(ITI_18, &unread, &nonsense))
            .errs("XDSUnknownStoredQuery");
        ask(&unread).faults(400, "FailedAuthentication");
        assertion
    };
    demo.terminate().unwrap();
    drop(demo);
    let demo = Demo::start_in(&data);
    let scene = Scene::new(&demo);
    let doctor = Speaker::new(&demo, "care", &scene.doctor);
    let again = message(ITI_18, &used, &find_documents(&person));
    doctor.send("/xds/registry", ITI_18, &again).faults(400, "FailedAuthentication");
    doctor.find(&person).says("Success");
}

#[test]
fn an_organisation_names_who_works_there_and_they_read_what_was_fed_for_them() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(83);
    scene.open_to_the_doctor(&person);
    let hospital = Speaker::new(&demo, "feed", &scene.hospital);
    let lot = || Lot::new(&scene.hospital, &person, &[Document::text()], "");
    let send = |claims: &ihe::vihf::Claims| {
        let envelope = message(ITI_41, &assertion(claims, &hospital.card), &lot().body);
        let (kind, bytes) = mtom(ITI_41, &envelope, &lot().parts);
        hospital.client.send("POST", "/xds/repository", &[("Content-Type", &kind)], Some(&bytes))
    };
    let named = |actor: &crate::common::Actor| {
        let theirs = claims(actor, &person);
        ihe::vihf::Claims {
            mode: Mode::Indirect,
            organisation: scene.hospital.text("id").parse().unwrap(),
            ..theirs
        }
    };
    // who is in the directory, and elsewhere
    let stranger = demo
        .actor_where(|it| it["kind"] == "professional" && it["organisation"] != scene.hospital.value["id"]);
    send(&named(&stranger)).faults(400, "FailedAuthentication");
    // an internal number is the organisation's own affair
    let mut internal = claims(&scene.hospital, &person);
    internal.role = Role::Profession { profession: Profession::health("60"), detail: None };
    internal.person = format!("3{}/4242", &scene.hospital.text("id")[1..]).parse().unwrap();
    let lots = lot();
    let envelope = message(ITI_41, &assertion(&internal, &hospital.card), &lots.body);
    let (kind, bytes) = mtom(ITI_41, &envelope, &lots.parts);
    hospital.client.send("POST", "/xds/repository", &[("Content-Type", &kind)], Some(&bytes)).says("Success");
    // another house's name
    let payer = demo.actor("payer");
    let mut other = claims(&scene.hospital, &person);
    other.organisation = payer.text("id").parse().unwrap();
    send(&other).faults(400, "FailedAuthentication");
}
