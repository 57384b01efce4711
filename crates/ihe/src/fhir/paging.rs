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
    let kept: Vec<_> =
        page.pairs.iter().filter(|(name, _)| HARMLESS.contains(&name.as_str())).cloned().collect();
    let address = format!("{}/{}", page.base, page.of_type);
    let own = if kept.is_empty() { address.clone() } else { format!("{address}?{}", to_query(&kept)) };
    let mut links = vec![object! { "relation": "self", "url": own }];
    if let Some(next) = page.next {
        let query = to_query(&[("_page".to_owned(), next.to_owned())]);
        links.push(object! { "relation": "next", "url": format!("{address}?{query}") });
    }
    let mut bundle = object! {
        "resourceType": "Bundle", "type": "searchset", "total": page.total as u64, "link": links,
    };
    let entries: Vec<_> = resources
        .into_iter()
        .map(|resource| {
            let resource = resource.into();
            let url = resource.text("id").map(|id| format!("{address}/{id}"));
            let mut entry = object! {};
            entry.set("fullUrl", url);
            entry.set("resource", Some(resource));
            entry.set("search", Some(object! { "mode": "match" }));
            entry
        })
        .collect();
    bundle.set("entry", (!entries.is_empty()).then_some(entries));
    bundle
}

/// The sealed word, where the request is for a next page: it stands alone.
pub fn next_page(pairs: &[(String, String)]) -> Option<&str> {
    match pairs {
        [(name, word)] if name == "_page" => Some(word),
        _ => None,
    }
}
