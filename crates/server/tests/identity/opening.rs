//! The portal opened from practice software (TD0.9): a post from another site that opens the right person's page in
//! the right person's browser, and nothing anywhere else.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ihe::vihf::{Claims, Mode};
use jiff::SignedDuration;
use model::Purpose;

use super::issuer::Town;
use crate::common::Actor;
use crate::common::client::{Answer, Client, query};
use crate::common::pages::{is_a_page, says, whole};
use crate::common::pro::{by_provider, choose, find, to, token};
use crate::common::soap::{Card, assertion, claims, now};

/// As a browser posts a form of another site.
fn post(browser: &Client<'_>, fields: &[(&str, &str)]) -> Answer {
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "text/html"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
    ];
    browser.send("POST", "/pro/open", &headers, Some(query(fields).as_bytes()))
}

fn open(browser: &Client<'_>, vihf: &str) -> Answer {
    post(browser, &[("vihf", &BASE64_STANDARD.encode(vihf))])
}

fn by_card(town: &Town, change: impl Fn(&mut Claims)) -> String {
    let mut claims = claims(&town.doctor, &town.person);
    change(&mut claims);
    assertion(&claims, &Card::of(&town.doctor))
}

/// Follows what the page that answers leads to, up to a page; every address on the way.
#[track_caller]
fn followed(browser: &Client<'_>, answer: Answer) -> Vec<String> {
    let page = whole(&answer.must(200));
    assert!(page.contains("http-equiv=\"refresh\" content=\"0; url=/pro/open\""), "{page}");
    let mut way = vec!["/pro/open".to_owned()];
    while let Some(path) = way.last().cloned() {
        let answer = browser.get_as(&path, "text/html");
        if answer.status != 303 {
            break;
        }
        way.push(to(&answer));
        if way.last().unwrap().starts_with("https://") {
            break;
        }
    }
    way
}

fn is_signed_in(browser: &Client<'_>) -> bool {
    browser.get_as("/pro", "text/html").status == 200
}

#[test]
fn td0_9_software_opens_the_patient_s_page_in_the_person_s_own_browser() {
    let town = Town::new(321);
    let browser = Client::new(&town.demo, "portal", Some(&town.doctor));
    let before = town.lines("accepted");
    let vihf = by_card(&town, |_| {});
    let answer = open(&browser, &vihf);
    is_a_page(&answer);
    let cookie = answer.header("set-cookie").unwrap().to_owned();
    for part in ["__Host-carnet-pro-open=", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let way = followed(&browser, answer);
    assert_eq!(way.len(), 3, "{way:?}");
    let record = way.last().unwrap();
    assert!(record.starts_with("/pro/records/") && !record.contains("access"), "{way:?}");
    assert!(way.iter().all(|it| !it.contains(&town.person.ins)));
    says(&browser.get_as(record, "text/html").must(200), &town.title);
    // the opening, the status, and what the page read
    assert!(town.lines("accepted") - before >= 3);

    // the same once more is refused, whoever sends it: the page says so
    says(&open(&browser, &vihf).must(403), "a déjà servi");
    // another patient's page, in the same session: what its other windows know stays
    let second = by_card(&town, |it| it.patient = None);
    assert_eq!(followed(&browser, open(&browser, &second)), ["/pro/open", "/pro/opened", "/pro"]);
    browser.get_as(&format!("{record}/access"), "text/html").must(200);
    // the page that is asked for; XML as it is; an emergency leads to where one is declared
    let deposit = by_card(&town, |_| {});
    let way = followed(&browser, post(&browser, &[("vihf", &deposit), ("page", "deposit")]));
    assert_eq!(way.last(), Some(&format!("{record}/deposit")));
    let glass = by_card(&town, |it| it.purpose = Purpose::BreakGlass { reason: "inconscient".into() });
    assert_eq!(followed(&browser, open(&browser, &glass)).last(), Some(&format!("{record}/emergency")));
    post(&browser, &[("vihf", &by_card(&town, |_| {})), ("page", "https://evil.example")]).must(400);
    // without what was posted, the step within opens nothing
    assert_eq!(to(&browser.get("/pro/open")), "/pro");
    assert_eq!(to(&browser.get("/pro/opened")), "/pro");
}

#[test]
fn a06_an_assertion_sent_through_another_s_browser_opens_nothing_there() {
    let town = Town::new(322);
    // with another's card
    let other = town.demo.of_role("21");
    let victim = Client::new(&town.demo, "portal", Some(&other));
    open(&victim, &by_card(&town, |_| {})).must(200);
    says(&victim.get_as("/pro/open", "text/html").must(403), "Votre logiciel");
    assert!(!is_signed_in(&victim));
    // in the middle of another's session: it stays whose it is, and knows no more than before
    let session = by_provider(&town.demo, &other);
    open(&session, &by_card(&town, |_| {})).must(200);
    let begun = to(&session.get_as("/pro/open", "text/html"));
    let back = choose(&session, &begun, other.text("id"));
    says(&session.get_as(&back, "text/html").must(403), "Votre logiciel");
    let page = whole(&session.get_as("/pro", "text/html").must(200));
    assert!(page.contains(other.text("name")), "still their own");
    // and a form of another site does nothing else
    let token = token(&session.get("/pro").must(200));
    let form = query(&[("anti_forgery", &token), ("ins", &town.person.ins), ("authority", "INS-NIR-TEST")]);
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "cross-site")];
    session.send("POST", "/pro/patients", &headers, Some(form.as_bytes())).must(403);
}

#[test]
fn who_has_no_card_proves_themself_at_the_provider_as_at_any_login() {
    let town = Town::new(323);
    let logged = |vihf: &str, who: &Actor| {
        let browser = Client::new(&town.demo, "portal", None);
        let way = followed(&browser, open(&browser, vihf));
        let back = choose(&browser, way.last().unwrap(), who.text("id"));
        let answer = browser.get_as(&back, "text/html");
        (browser, answer)
    };
    let (browser, answer) = logged(&by_card(&town, |_| {}), &town.doctor);
    assert_eq!(to(&answer), "/pro/opened");
    let record = to(&browser.get("/pro/opened"));
    says(&browser.get_as(&record, "text/html").must(200), &town.title);
    let (browser, answer) = logged(&by_card(&town, |_| {}), &town.demo.of_role("21"));
    answer.must(403);
    assert!(!is_signed_in(&browser));

    // INDIRECTE_RENFORCEE (TD0.10): the hospital's software signs, with the doctor's token bound to its certificate
    let reinforced = |token: &str, card: &Actor| {
        let claims = Claims {
            mode: Mode::IndirectReinforced,
            organisation: town.hospital.text("id").parse().unwrap(),
            declaration: Some(token.to_owned()),
            ..claims(&town.doctor, &town.person)
        };
        assertion(&claims, &Card::of(card))
    };
    let honest = town.token(|_| {});
    let (browser, answer) = logged(&reinforced(&honest, &town.hospital), &town.doctor);
    assert_eq!(to(&answer), "/pro/opened");
    assert_eq!(to(&browser.get("/pro/opened")), record);
    let laboratory =
        town.demo.actor_where(|it| it["kind"] == "organisation" && it["id"] != town.hospital.value["id"]);
    let browser = Client::new(&town.demo, "portal", None);
    open(&browser, &reinforced(&honest, &laboratory)).must(403);
    open(&browser, &reinforced("CONF_EXI_PGSSIS", &town.hospital)).must(403);
    // somebody else's session in this browser is over when another proves themself
    let shared = by_provider(&town.demo, &town.demo.of_role("21"));
    let way = followed(&shared, open(&shared, &by_card(&town, |_| {})));
    let back = choose(&shared, way.last().unwrap(), town.doctor.text("id"));
    assert_eq!(to(&shared.get_as(&back, "text/html")), "/pro/opened");
    assert!(whole(&shared.get_as("/pro", "text/html")).contains(town.doctor.text("name")));
}

#[test]
fn b01_b04_b06_b12_b13_b16_an_opening_that_is_not_its_signer_s_word_is_refused() {
    let town = Town::new(324);
    let browser = Client::new(&town.demo, "portal", Some(&town.doctor));
    let other = town.demo.of_role("21");
    let before = town.lines("refused");
    // of nobody known: no line, a stranger shall not make the ledger grow
    let unsigned = by_card(&town, |_| {});
    let (from, until) = (unsigned.find("<ds:Signature").unwrap(), unsigned.find("</ds:Signature>").unwrap());
    let unsigned = format!("{}{}", &unsigned[..from], &unsigned[until + "</ds:Signature>".len()..]);
    let ago = |minutes: i64| now().plus(SignedDuration::from_mins(-minutes));
    let old = by_card(&town, |it| (it.issued, it.not_on_or_after) = (ago(20), ago(10)));
    let long = by_card(&town, |it| it.not_on_or_after = it.issued.plus(SignedDuration::from_hours(24)));
    for wrong in ["", "?", "<a/>", &unsigned, &old, &long] {
        let answer = open(&browser, wrong).must(403);
        is_a_page(&answer);
        assert!(answer.header("set-cookie").is_none());
    }
    assert_eq!(town.lines("refused"), before);
    // of somebody, and not so: a line each
    let unfit = [
        by_card(&town, |it| it.person = other.text("id").parse().unwrap()),
        by_card(&town, |it| it.organisation = other.text("organisation").parse().unwrap()),
        by_card(&town, |it| it.mode = Mode::Indirect),
        assertion(&claims(&town.hospital, &town.person), &Card::of(&town.hospital)),
    ];
    for wrong in &unfit {
        open(&browser, wrong).must(403);
    }
    assert_eq!(town.lines("refused") - before, unfit.len() as u64);
    assert!(!is_signed_in(&browser));
    // somebody struck nowhere, let in nowhere: the status page, and nothing of the record
    let stranger = town.demo.of_role("21");
    let hers = Client::new(&town.demo, "portal", Some(&stranger));
    let vihf = assertion(&claims(&stranger, &town.person), &Card::of(&stranger));
    let way = followed(&hers, open(&hers, &vihf));
    assert!(way.last().unwrap().ends_with("/access"), "{way:?}");
    assert_eq!(find(&hers, &town.person.ins), *way.last().unwrap());
}
