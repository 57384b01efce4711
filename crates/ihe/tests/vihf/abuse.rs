//! Abuse cases B: each refused, and for its own reason.

use super::*;
use ihe::vihf::AttributeFault::{Form, Missing, Twice, Value};
use jiff::SignedDuration;
use xml::signature::SignatureError;

fn error(scene: &Scene, assertions: &str) -> VihfError {
    scene.read(assertions).expect_err(assertions)
}

#[test]
fn b01_without_assertion_or_signature() {
    let scene = Scene::new();
    let signed = scene.signed();
    assert_eq!(error(&scene, ""), VihfError::Missing);
    assert_eq!(error(&scene, &unsigned(&signed)), SignatureError::Missing.into());
    let emptied =
        signed.replace(signature(&signed), "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>");
    assert_eq!(error(&scene, &emptied), SignatureError::Grammar.into());
    let none = message("").replace("w:Security", "w:Nothing").replace(" env:mustUnderstand=\"true\">", ">");
    let request = decode(none.as_bytes(), &Transport::default(), &[&ASK]).unwrap();
    assert!(request.security().is_err());
}

/// B02 and B11: a forged assertion beside, around and inside the right one, the signature in every place.
#[test]
fn b02_signature_wrapping() {
    let scene = Scene::new();
    let signed = scene.signed();
    let bare = unsigned(&signed);
    let signature = signature(&signed);
    let evil = bare.replace(PERSON, "899900063480");
    let evil_id = evil.replace("_0b6f7c1e", "_evil");
    let object = |inside: &str| {
        signature.replace("</ds:Signature>", &format!("<ds:Object>{inside}</ds:Object></ds:Signature>"))
    };
    let into =
        |outer: &str, inner: &str| outer.replace("</saml2:Issuer>", &format!("</saml2:Issuer>{inner}"));
    let last =
        |outer: &str, inner: &str| outer.replace("</saml2:Assertion>", &format!("{inner}</saml2:Assertion>"));
    let wrappings = [
        ("XSW1: the right one inside the signature of the forged one", into(&evil_id, &object(&bare))),
        ("XSW2: the signature between the two", format!("{evil_id}{signature}{bare}")),
        ("XSW3: the forged one first", format!("{evil_id}{signed}")),
        ("XSW4: the forged one around", last(&evil_id, &signed)),
        (
            "XSW5: the signature in the forged one, the right one behind",
            format!("{}{bare}", into(&evil_id, signature)),
        ),
        ("XSW6: the right one in an object of the forged one's signature", into(&evil, &object(&bare))),
        (
            "XSW7: the forged one in an extension, same id",
            format!("<x:Extensions xmlns:x=\"urn:x\">{evil}</x:Extensions>{signed}"),
        ),
        (
            "XSW8: the forged one in an object of the right one's signature",
            signed.replace(signature, &object(&evil)),
        ),
        ("the forged one last", format!("{signed}{evil_id}")),
        ("the forged one last, same id", format!("{signed}{evil}")),
        ("the forged one inside the right one", last(&signed, &evil_id)),
        ("twice the same", format!("{signed}{signed}")),
    ];
    for (name, security) in wrappings {
        assert!(scene.read(&security).is_err(), "{name}");
    }
    // and beside the security header, where a reader that searches would find it
    let body = message(&signed)
        .replace("<t:Ask xmlns:t=\"urn:t\"/>", &format!("<t:Ask xmlns:t=\"urn:t\">{evil_id}</t:Ask>"));
    assert!(body.contains("_evil"));
    let request = decode(body.as_bytes(), &Transport::default(), &[&ASK]).unwrap();
    let known = Known::only(&scene.key);
    let refused = read(request.security().unwrap(), &Expected::at(NOW), &known).unwrap_err();
    assert_eq!(refused, VihfError::Several);
    // one element in another namespace, that a careless search takes for an assertion
    let odd = format!("{signed}<Assertion xmlns=\"urn:oasis:names:tc:SAML:1.0:assertion\"/>");
    assert_eq!(error(&scene, &odd), VihfError::Several);
}

#[test]
fn b03_a_certificate_that_is_not_trusted() {
    let scene = Scene::new();
    let stranger = Root::new("root").key(PERSON, SignatureMethod::EcdsaSha256);
    let signed = write(&scene.claims, &stranger).unwrap();
    assert_eq!(error(&scene, &signed), SignatureError::Untrusted.into());
}

#[test]
fn b04_b05_the_time_of_validity() {
    let scene = Scene::new();
    let signed = scene.signed();
    let at = |seconds: i64| Expected::at(NOW.plus(SignedDuration::from_secs(seconds)));
    for (seconds, expected) in [
        (-61, Err(VihfError::TooEarly)),
        (-60, Ok(())),
        (0, Ok(())),
        (359, Ok(())),
        (360, Err(VihfError::Expired)),
        (400_000_000, Err(VihfError::Expired)),
    ] {
        assert_eq!(scene.read_at(&signed, &at(seconds)).map(|_| ()), expected, "{seconds}");
    }
    let conditions = &signed[signed.find("<saml2:Conditions").unwrap()..];
    let conditions = &conditions[..=conditions.find("/>").unwrap() + 1];
    assert_eq!(error(&scene, &scene.signed_with(conditions, "")), VihfError::Grammar("Assertion"));
    let until = " NotOnOrAfter=\"2026-11-22T05:35:00Z\"";
    assert_eq!(error(&scene, &scene.signed_with(until, "")), VihfError::Grammar("NotOnOrAfter"));
    for (from, to, why) in [
        ("05:35:00Z", "06:30:01Z", VihfError::Window),
        ("2026-11-22T05:35:00Z", "2027-11-22T05:30:00Z", VihfError::Window),
        ("IssueInstant=\"2026-11-22T05:30:00Z\"", "IssueInstant=\"2026-11-22T04:00:00Z\"", VihfError::Window),
        (
            "IssueInstant=\"2026-11-22T05:30:00Z\"",
            "IssueInstant=\"2026-11-22T05:31:01Z\"",
            VihfError::TooEarly,
        ),
        ("NotBefore=\"2026-11-22T05:30:00Z\"", "NotBefore=\"2026-11-22T05:31:01Z\"", VihfError::TooEarly),
        (
            "AuthnInstant=\"2026-11-22T05:30:00Z\"",
            "AuthnInstant=\"2026-11-22T05:31:01Z\"",
            VihfError::TooEarly,
        ),
        ("NotBefore=\"2026-11-22T05:30:00Z\"", "NotBefore=\"hier\"", VihfError::Grammar("NotBefore")),
    ] {
        assert_eq!(error(&scene, &scene.signed_with(from, to)), why, "{to}");
    }
}

#[test]
fn b06_another_service() {
    let scene = Scene::new();
    let end = "NotOnOrAfter=\"2026-11-22T05:35:00Z\"/>";
    let restricted = |audiences: &str| {
        let to = format!("NotOnOrAfter=\"2026-11-22T05:35:00Z\">{audiences}</saml2:Conditions>");
        scene.signed_with(end, &to)
    };
    let audience = |name: &str| {
        format!(
            "<saml2:AudienceRestriction><saml2:Audience>{name}</saml2:Audience></saml2:AudienceRestriction>"
        )
    };
    let expected = Expected { names: &["urn:us"], ..Expected::at(NOW) };
    let read = |audiences: &str| scene.read_at(&restricted(audiences), &expected).map(|_| ());
    assert_eq!(read(&audience("urn:us")), Ok(()));
    assert_eq!(read(&audience("urn:them")), Err(VihfError::Audience));
    assert_eq!(read(&format!("{}{}", audience("urn:us"), audience("urn:them"))), Err(VihfError::Audience));
    assert_eq!(read("<saml2:AudienceRestriction/>"), Err(VihfError::Grammar("AudienceRestriction")));
    assert_eq!(read("<saml2:OneTimeUse/>"), Ok(()));
    assert_eq!(read("<saml2:ProxyRestriction/>"), Err(VihfError::Grammar("Conditions")));
    let sent_to = |name: &str| {
        let to = format!(
            "<saml2:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml2:SubjectConfirmationData Recipient=\"{name}\"/></saml2:SubjectConfirmation></saml2:Subject>"
        );
        scene.read_at(&scene.signed_with("</saml2:Subject>", &to), &expected).map(|_| ())
    };
    assert_eq!(sent_to("urn:us"), Ok(()));
    assert_eq!(sent_to("urn:them"), Err(VihfError::Audience));
}

#[test]
fn b08_comments_and_instructions() {
    let scene = Scene::new();
    for remark in ["<!---->", "<?x?>"] {
        let split = scene.signed().replace(PERSON, &format!("8997{remark}00366240"));
        let request = decode(message(&split).as_bytes(), &Transport::default(), &[&ASK]);
        // SOAP refuses them in the header already
        assert!(request.is_err());
        let alone = format!("<w:Security xmlns:w=\"{SECURITY}\">{split}</w:Security>");
        let document = parse(&alone);
        let known = Known::only(&scene.key);
        let refused = read(document.root(), &Expected::at(NOW), &known).unwrap_err();
        assert_eq!(refused, SignatureError::Remark.into());
    }
}

#[test]
fn b09_b10_algorithms_and_transforms() {
    let scene = Scene::new();
    let signed = scene.signed();
    for (from, to, why) in [
        ("xmldsig-more#ecdsa-sha256", "xmldsig-more#ecdsa-sha1", SignatureError::Algorithm),
        (
            "http://www.w3.org/2001/04/xmlenc#sha256",
            "http://www.w3.org/2000/09/xmldsig#sha1",
            SignatureError::Algorithm,
        ),
        ("#enveloped-signature", "#base64", SignatureError::Grammar),
        ("URI=\"#_0b6f7c1e\"", "URI=\"https://localhost/\"", SignatureError::Reference),
    ] {
        assert_eq!(error(&scene, &signed.replace(from, to)), why.into(), "{to}");
    }
}

#[test]
fn b12_the_issuer_is_the_certificate() {
    let scene = Scene::new();
    for (from, to) in [
        (",C=FR", ""),
        ("CN=899700366240,O", "CN=899900063480,O"),
        ("CN=899700366240,O", "CN=899700366240,CN=899700366240,O"),
        ("CN=899700366240,O", "O"),
    ] {
        assert_eq!(error(&scene, &scene.signed_with(from, to)), VihfError::Issuer, "{to}");
    }
    let format = scene.signed_with("X509SubjectName", "unspecified");
    assert_eq!(error(&scene, &format), VihfError::Grammar("Issuer"));
}

#[test]
fn b14_each_value_is_of_its_table() {
    let scene = Scene::new();
    const ROLE: &str = "urn:oasis:names:tc:xacml:2.0:subject:role";
    const PURPOSE: &str = "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse";
    const PATIENT: &str = "urn:oasis:names:tc:xacml:2.0:resource:resource-id";
    for (from, to, name, why) in [
        (">3.0<", ">2.0<", "VIHF_Version", Value),
        (">DIRECTE<", ">DIRECT<", "Authentification_Mode", Value),
        (">DIRECTE<", "><", "Authentification_Mode", Form),
        ("10B0172805", "10B017280", "Identifiant_Structure", Value),
        (">10B0172805<", "><", "Identifiant_Structure", Form),
        ("SA07^", "SA99^", "Secteur_Activite", Value),
        ("SA07^1.2.250.1.71.4.2.4", "SA07", "Secteur_Activite", Value),
        ("urn:dmp", "urn:autre", "Ressource_URN", Value),
        ("code=\"10\"", "code=\"11\"", ROLE, Value),
        ("1.2.250.1.71.1.2.7", "1.2.250.1.213.1.1.5.5", ROLE, Value),
        ("code=\"SM26\"", "code=\"A\"", ROLE, Value),
        ("code=\"10\"", "code=\"60\"", ROLE, Value),
        ("code=\"10\"", "code=\"\"", ROLE, Form),
        ("code=\"10\"", "code=\"10\" nullFlavor=\"NI\"", ROLE, Form),
        ("<Role xmlns=\"urn:hl7-org:v3\"", "<Role xmlns=\"urn:other\"", ROLE, Form),
        ("code=\"normal\"", "code=\"Normal\"", PURPOSE, Value),
        ("code=\"normal\"", "code=\"\"", PURPOSE, Form),
        ("1.2.250.1.213.1.1.4.248", "1.2.250.1.213.1.1.4.249", PURPOSE, Value),
        ("code=\"normal\"", "code=\"bris_de_glace\"", "Mode_Acces_Raison", Missing),
        ("279035121518989^^^", "27903512151898^^^", PATIENT, Value),
        ("^^^&amp;1.2.250.1.213.1.4.10&amp;", "^^^&amp;1.2.250.1.213.1.4.1&amp;", PATIENT, Value),
        ("&amp;ISO^NH", "&amp;ISO^PI", PATIENT, Value),
        (">899700366240</saml2:NameID>", ">899700366241</saml2:NameID>", "NameID", Value),
        ("classes:SmartcardPKI", "classes:Magic", "AuthnContextClassRef", Value),
        (">CAB-1<", "><", "LPS_ID_HOMOLOGATION_DMP", Form),
        (
            ">4.2</saml2:AttributeValue>",
            ">4.2</saml2:AttributeValue><saml2:AttributeValue>5</saml2:AttributeValue>",
            "LPS_Version",
            Form,
        ),
        ("Name=\"LPS_Version\"", "Name=\"LPS_Nom\"", "LPS_Nom", Twice),
    ] {
        let signed = scene.signed_with(from, to);
        assert_eq!(error(&scene, &signed), VihfError::Attribute(name, why), "{from} to {to}");
    }
}

#[test]
fn the_ten_mandatory_attributes_are_mandatory_and_no_other_is_known() {
    let scene = Scene::new();
    let bare = unsigned(&scene.signed());
    let mut names: Vec<&str> = bare
        .match_indices("<saml2:Attribute Name=\"")
        .map(|(at, start)| {
            let rest = &bare[at + start.len()..];
            &rest[..rest.find('"').unwrap()]
        })
        .collect();
    let optional = ["LPS_Version", "LPS_ID", "urn:oasis:names:tc:xacml:2.0:resource:resource-id"];
    names.retain(|name| !optional.contains(name));
    assert_eq!(names.len(), 10);
    for name in names {
        let start = bare.find(&format!("<saml2:Attribute Name=\"{name}\"")).unwrap();
        let end = start + bare[start..].find("</saml2:Attribute>").unwrap() + "</saml2:Attribute>".len();
        let without = sign(&format!("{}{}", &bare[..start], &bare[end..]), "ID", &scene.key).unwrap();
        match error(&scene, &without) {
            VihfError::Attribute(missing, Missing) => assert_eq!(missing, name),
            other => panic!("{name}: {other}"),
        }
    }
    let unknown = scene.signed_with("Name=\"LPS_ID\"", "Name=\"Lps_Id\"");
    assert_eq!(error(&scene, &unknown), VihfError::UnknownAttribute);
}

#[test]
fn nothing_stands_in_the_assertion_beside_its_grammar() {
    let scene = Scene::new();
    for (from, to) in [
        ("Version=\"2.0\"", "Version=\"2.1\""),
        ("Version=\"2.0\"", ""),
        (
            "Version=\"2.0\"",
            "Version=\"2.0\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"urn:a http://localhost/\"",
        ),
        ("<saml2:AttributeStatement>", "<saml2:Advice/><saml2:AttributeStatement>"),
        ("<saml2:AttributeStatement>", "text<saml2:AttributeStatement>"),
        ("<saml2:AttributeStatement>", "<saml2:AttributeStatement><saml2:EncryptedAttribute/>"),
        ("<saml2:Attribute Name=\"LPS_Nom\">", "<saml2:Attribute Name=\"LPS_Nom\">text"),
        ("<saml2:Subject>", "<saml2:Subject><saml2:BaseID/>"),
        (
            "</saml2:Subject>",
            "<saml2:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:holder-of-key\"/></saml2:Subject>",
        ),
        ("<saml2:AuthnContext>", "<saml2:SubjectLocality/><saml2:AuthnContext>"),
        (
            "</saml2:AuthnContext>",
            "<saml2:AuthenticatingAuthority>x</saml2:AuthenticatingAuthority></saml2:AuthnContext>",
        ),
        (">DIRECTE<", ">INDIRECTE_RENFORCEE<"),
    ] {
        let signed = scene.signed_with(from, to);
        assert!(matches!(error(&scene, &signed), VihfError::Grammar(_)), "{to}: {}", error(&scene, &signed));
    }
    let token = format!(
        "{}<w:BinarySecurityToken xmlns:w=\"{SECURITY}\">QQ==</w:BinarySecurityToken>",
        scene.signed()
    );
    assert_eq!(error(&scene, &token), VihfError::Header);
    assert_eq!(error(&scene, &format!("text{}", scene.signed())), VihfError::Header);
}

#[test]
fn what_is_told_says_nothing_of_the_content() {
    let scene = Scene::new();
    let refused = error(&scene, &scene.signed_with("code=\"10\"", "code=\"11\""));
    let told = format!("{refused} {refused:?} {:?}", refused.fault());
    assert!(!told.contains("279035121518989") && !told.contains("Fabre") && !told.contains(PERSON));
    let debugged = format!("{:?}", request(&scene.signed()));
    assert!(!debugged.contains("279035121518989"), "{debugged}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    /// Whatever is cut out, put in or moved: no fall, and what is accepted says what was signed.
    #[test]
    fn no_change_makes_it_fall_or_lie(at in 0_usize..6000, length in 0_usize..200, text in "[<>/&\"= a-z0-9:!#\\-\\[]{0,12}") {
        static SCENE: std::sync::LazyLock<(Scene, String)> = std::sync::LazyLock::new(|| {
            let scene = Scene::new();
            let signed = scene.signed();
            (scene, signed)
        });
        let (scene, signed) = &*SCENE;
        let mut source = message(signed).into_bytes();
        let at = at.min(source.len());
        let end = (at + length).min(source.len());
        source.splice(at..end, text.bytes());
        if let Ok(request) = decode(&source, &Transport::default(), &[&ASK])
            && let Ok(security) = request.security()
            && let Ok(vihf) = read(security, &Expected::at(NOW), &Known::only(&scene.key))
        {
            proptest::prop_assert_eq!(vihf.person, scene.claims.person.clone());
            proptest::prop_assert_eq!(vihf.patient, scene.claims.patient.clone());
            proptest::prop_assert_eq!(vihf.organisation, scene.claims.organisation.clone());
        }
    }
}
