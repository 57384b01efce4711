//! The searchset Bundle. Links hold no identifier: `self` repeats what is not about a person,
//! `next` is an opaque word the server has sealed.

use super::out::{Out, object};
use super::search::to_query;

/// One page of a search.
pub struct Page<'a> {
    /// This server's FHIR address.
    pub base: &'a str,
    /// `DocumentReference`, `List`, `Patient`.
    pub of_type: &'a str,
    /// The parameters as understood.
    pub pairs: &'a [(String, String)],
    /// All that match and may be seen, on every page.
    pub total: usize,
    /// The sealed word of the next page.
    pub next: Option<&'a str>,
}

/// The parameters that may stand in a link.
const HARMLESS: &[&str] = &[
    "status",
    "type",
    "category",
    "date",
    "creation",
    "period",
    "period-start",
    "period-end",
    "facility",
    "setting",
    "format",
    "security-label",
    "event",
    "code",
    "isArchived",
    "_count",
    "_sort",
    "_lastUpdated",
];

/// The page's Bundle; one without results has no `entry`.
pub fn searchset<'a, R: Into<Out<'a>>>(page: &Page<'_>, resources: Vec<R>) -> Out<'a> {
    let mut bundle = bundle(page);
    let entries: Vec<_> = resources.into_iter().map(|it| entry(page.base, page.of_type, it.into())).collect();
    bundle.set("entry", (!entries.is_empty()).then_some(entries));
    bundle
}

/// The same as bytes, for entries of which most were written before: `write` adds the next one, as
/// [`write_entry`] does, and answers false when there is none.
pub fn write_searchset<E>(
    page: &Page<'_>,
    mut write: impl FnMut(&mut Vec<u8>) -> Result<bool, E>,
) -> Result<Vec<u8>, E>
where
    E: From<serde_json::Error>,
{
    let mut out = Vec::with_capacity(64 << 10);
    serde_json::to_writer(&mut out, &bundle(page))?;
    let closing = out.pop();
    let mut next: &[u8] = br#","entry":["#;
    loop {
        let before = out.len();
        out.extend_from_slice(next);
        if !write(&mut out)? {
            out.truncate(before);
            break;
        }
        next = b",";
    }
    if next == b"," {
        out.push(b']');
    }
    out.extend(closing);
    Ok(out)
}

/// One entry of a searchset.
pub fn write_entry(
    out: &mut Vec<u8>,
    base: &str,
    of_type: &str,
    resource: Out<'_>,
) -> serde_json::Result<()> {
    serde_json::to_writer(out, &entry(base, of_type, resource))
}

fn entry<'a>(base: &str, of_type: &str, resource: Out<'a>) -> Out<'a> {
    let url = resource.text("id").map(|id| format!("{base}/{of_type}/{id}"));
    let mut entry = object! {};
    entry.set("fullUrl", url);
    entry.set("resource", Some(resource));
    entry.set("search", Some(object! { "mode": "match" }));
    entry
}

/// All but the entries.
fn bundle(page: &Page<'_>) -> Out<'static> {
    let kept: Vec<_> =
        page.pairs.iter().filter(|(name, _)| HARMLESS.contains(&name.as_str())).cloned().collect();
    let address = format!("{}/{}", page.base, page.of_type);
    let own = if kept.is_empty() { address.clone() } else { format!("{address}?{}", to_query(&kept)) };
    let mut links = vec![object! { "relation": "self", "url": own }];
    if let Some(next) = page.next {
        let query = to_query(&[("_page".to_owned(), next.to_owned())]);
        links.push(object! { "relation": "next", "url": format!("{address}?{query}") });
    }
    object! {
        "resourceType": "Bundle", "type": "searchset", "total": page.total as u64, "link": links,
    }
}

/// The sealed word, where the request is for a next page: it stands alone.
pub fn next_page(pairs: &[(String, String)]) -> Option<&str> {
    match pairs {
        [(name, word)] if name == "_page" => Some(word),
        _ => None,
    }
}
