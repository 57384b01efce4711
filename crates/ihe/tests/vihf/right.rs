//! What is read of assertions that are right.

use super::*;
use ihe::soap::envelope;
use jiff::SignedDuration;

#[test]
fn every_claim_comes_back() {
    let scene = Scene::new();
    let vihf = scene.read(&scene.signed()).unwrap();
    let claims = &scene.claims;
    assert_eq!((vihf.id.as_str(), vihf.issued), (claims.id.as_str(), NOW));
    assert_eq!((vihf.version, vihf.mode), (Version::V3, Mode::Direct));
    assert_eq!((&vihf.person, &vihf.person_name), (&claims.person, &claims.person_name));
    assert_eq!(vihf.organisation, claims.organisation);
    assert_eq!((vihf.sector.code.as_str(), vihf.sector.system.as_str()), ("SA07", "1.2.250.1.71.4.2.4"));
    assert_eq!((&vihf.role, &vihf.patient, &vihf.purpose), (&claims.role, &claims.patient, &claims.purpose));
    assert_eq!(vihf.software, claims.software);
    assert_eq!((vihf.authentication.class.as_str(), vihf.authentication.at), ("SmartcardPKI", NOW));
    assert!(!vihf.hidden_from_representatives);
    assert_eq!(vihf.certificate().der(), scene.key.certificates[0]);
    assert_eq!(vihf.certificate().common_name(), Some(PERSON));
}

#[test]
fn modes_versions_roles_and_purposes_of_the_field_are_read() {
    let changes: [fn(&mut Claims); 8] = [
        |it| (it.mode, it.version) = (Mode::Indirect, Version::V4),
        |it| (it.mode, it.declaration) = (Mode::IndirectReinforced, Some("APP_BROWSER_AUTH".into())),
        |it| it.role = Role::Other("AUTOMATE".into()),
        |it| it.role = Role::Profession { profession: Profession::health("60"), detail: None },
        |it| it.role = Role::Profession { profession: Profession::health("21"), detail: Some("A".into()) },
        |it| it.purpose = Purpose::BreakGlass { reason: "Inconscient, diabétique connu".into() },
        |it| it.purpose = Purpose::Regulation,
        |it| (it.hidden_from_representatives, it.patient) = (true, None),
    ];
    for change in changes {
        let mut scene = Scene::new();
        change(&mut scene.claims);
        let vihf = scene.read(&scene.signed()).unwrap();
        let claims = &scene.claims;
        assert_eq!((vihf.mode, vihf.version), (claims.mode, claims.version));
        assert_eq!((vihf.role, vihf.purpose), (claims.role.clone(), claims.purpose.clone()));
        assert_eq!(vihf.hidden_from_representatives, claims.hidden_from_representatives);
        assert_eq!(
            (vihf.patient, vihf.authentication.declaration),
            (claims.patient.clone(), claims.declaration.clone())
        );
    }
}

#[test]
fn harmless_differences_of_the_field_are_read() {
    let scene = Scene::new();
    for (from, to) in [
        ("1.2.250.1.213.1.1.4.248", "1.2.250.1.213.1.1.4.336"),
        ("_0b6f7c1e", "9155d295-17be-4967-afc8-ae60d0e26634"),
        (" NotBefore=\"2026-11-22T05:30:00Z\"", ""),
        (
            "</saml2:Subject>",
            "<saml2:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:sender-vouches\"/></saml2:Subject>",
        ),
        (
            "<saml2:AttributeValue>4.2",
            "<saml2:AttributeValue xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xsi:type=\"xs:string\">4.2",
        ),
        ("Name=\"LPS_Nom\"", "NameFormat=\"urn:x\" Name=\"LPS_Nom\""),
        ("xsi:type=\"CE\"", "displayName=\"x\" codeSystemName=\"y\" xsi:type=\"CE\""),
        ("CN=899700366240,O=Maison d'essai,C=FR", "c=FR, O = Maison d'essai + cn=899700366240"),
        ("<saml2:AttributeStatement>", "<saml2:AttributeStatement>\n  "),
    ] {
        let signed = scene.signed_with(from, to);
        assert!(scene.read(&signed).is_ok(), "{from} to {to}: {:?}", scene.read(&signed).err());
    }
    let timestamp = format!("<u:Timestamp xmlns:u=\"{}\"/>", ihe::soap::UTILITY);
    assert!(scene.read(&format!("{timestamp}{}", scene.signed())).is_ok());
    assert!(scene.read(&format!("{}\n{timestamp}", scene.signed())).is_ok());
}

#[test]
fn a_signed_assertion_is_copied_into_an_envelope_as_it_is() {
    let scene = Scene::new();
    let assertion = parse(&scene.signed());
    let message = envelope(
        "urn:ask",
        "https://localhost/",
        "urn:uuid:1",
        |writer| {
            writer.start("w:Security").attribute("xmlns:w", SECURITY).copy(assertion.root()).end();
        },
        |writer| {
            writer.start("t:Ask").attribute("xmlns:t", "urn:t").end();
        },
    );
    let request = decode(message.unwrap().as_bytes(), &Transport::default(), &[&ASK]).unwrap();
    let known = Known::only(&scene.key);
    assert!(read(request.security().unwrap(), &Expected::at(NOW), &known).is_ok());
}

#[test]
fn a_second_use_is_known_by_signer_and_id_for_as_long_as_it_could_be_tried() {
    let scene = Scene::new();
    let one = scene.read(&scene.signed()).unwrap();
    // minted anew under the same id, the signature itself differs
    assert_eq!(scene.read(&scene.signed_with("SA07", "SA05")).unwrap().replay_key(), one.replay_key());
    assert_ne!(scene.read(&scene.signed_with("_0b6f7c1e", "_other")).unwrap().replay_key(), one.replay_key());
    let other = Scene::new();
    assert_ne!(other.read(&other.signed()).unwrap().replay_key(), one.replay_key());
    let last = one.forget_after().minus(SignedDuration::from_millis(1));
    let signed = scene.signed();
    assert!(scene.read_at(&signed, &Expected::at(last)).is_ok());
    assert_eq!(scene.read_at(&signed, &Expected::at(one.forget_after())).unwrap_err(), VihfError::Expired);
}

#[test]
fn an_assertion_alone_is_read_the_same() {
    let scene = Scene::new();
    let read = |source: &str| {
        let known = Known::only(&scene.key);
        ihe::vihf::read_alone(&parse(source), &Expected::at(NOW), &known).map(|it| it.id)
    };
    assert_eq!(read(&scene.signed()).as_deref(), Ok("_0b6f7c1e"));
    assert_eq!(read(&format!("<x>{}</x>", scene.signed())), Err(VihfError::Header));
    assert_eq!(read("<x/>"), Err(VihfError::Missing));
    assert!(read(&scene.signed().replace(PERSON, "899900063480")).is_err());
}
