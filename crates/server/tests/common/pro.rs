//! A professional at the portal's pages: both ways in, a person found, a document deposited.

use super::client::{Answer, Client};
use super::pages::whole;
use super::{Actor, Demo};

/// The pairs of an address's query.
pub fn pairs(url: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let mut bytes = text.bytes();
        let mut out = Vec::new();
        while let Some(byte) = bytes.next() {
            match byte {
                b'%' => {
                    let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                    out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                }
                b'+' => out.push(b' '),
                other => out.push(other),
            }
        }
        String::from_utf8(out).unwrap()
    };
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

#[track_caller]
pub fn to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").unwrap().to_owned()
}

/// The anti-forgery token of a page's forms.
#[track_caller]
pub fn token(answer: &Answer) -> String {
    let text = whole(answer);
    let rest = text.split_once("name=\"anti_forgery\" value=\"").expect("a form with a token").1;
    rest.split('"').next().unwrap().to_owned()
}

/// Chooses somebody at the provider; the address the browser is sent back to.
pub fn choose(client: &Client<'_>, begun: &str, who: &str) -> String {
    client.get(begun).must(200);
    let mut form = pairs(begun);
    form.push(("who".into(), who.into()));
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    to(&client.form("/demo/oidc/authorize", &form))
}

/// A professional's browser, logged in by the provider.
pub fn by_provider<'d>(demo: &'d Demo, actor: &Actor) -> Client<'d> {
    let client = Client::new(demo, "portal", None);
    let begun = to(&client.get("/pro/login/provider?next=/pro"));
    let back = choose(&client, &begun, actor.text("id"));
    assert_eq!(to(&client.get(&back)), "/pro");
    client
}

/// The same, by their certificate.
pub fn by_certificate<'d>(demo: &'d Demo, actor: &Actor) -> Client<'d> {
    let client = Client::new(demo, "portal", Some(actor));
    let shown = client.get("/pro/login").must(200);
    assert!(whole(&shown).contains(actor.text("name")), "the certificate is recognised");
    assert_eq!(to(&client.form("/pro/login/certificate", &[("next", "/pro")])), "/pro");
    client
}

/// Looks for a person by INS; where that leads.
pub fn find(client: &Client<'_>, ins: &str) -> String {
    let token = token(&client.get("/pro").must(200));
    let form = [("anti_forgery", token.as_str()), ("ins", ins), ("authority", "INS-NIR-TEST")];
    to(&client.form("/pro/patients", &form))
}

/// Finds a person, and records that they authorised this professional; the record's address.
pub fn authorised(client: &Client<'_>, ins: &str) -> String {
    let access = find(client, ins);
    let record = access.strip_suffix("/access").unwrap_or(&access).to_owned();
    if record != access {
        let token = token(&client.get(&access).must(200));
        let form = [("anti_forgery", token.as_str()), ("affirm", "yes")];
        assert_eq!(to(&client.form(&format!("{record}/authorise"), &form)), record);
    }
    record
}

/// A deposit, as browsers post one.
pub fn deposit(client: &Client<'_>, record: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    let form = client.get(&format!("{record}/deposit")).must(200);
    let text = whole(&form);
    let lot = text.split_once("name=\"lot\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let token = token(&form);
    let mut all = vec![
        ("anti_forgery", token.as_str()),
        ("lot", lot.as_str()),
        ("kind", "11488-4"),
        ("title", "Consultation du matin"),
        ("date", "2026-11-02"),
        ("who", "all"),
    ];
    for (name, value) in fields {
        all.retain(|(it, _)| it != name);
        all.push((name, value));
    }
    send(client, record, &all, file)
}

pub fn send(client: &Client<'_>, record: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    const BOUNDARY: &str = "----carnet-test-7f3a";
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../x\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    client.send("POST", &format!("{record}/deposit"), &[("Content-Type", &kind)], Some(&body))
}

/// The address of the document that bears this title, on a record's page.
pub fn document(client: &Client<'_>, record: &str, title: &str) -> Option<String> {
    let text = whole(&client.get(record).must(200));
    let before = text.split_once(&format!("line-title\">{title}<"))?.0;
    let href = before.rsplit_once("href=\"")?.1.split('"').next()?;
    Some(href.to_owned())
}
