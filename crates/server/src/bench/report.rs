//! The figures: as a table for people, as JSON for programs (design, "What a person starts").

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Value, json};

/// What one measure gave.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Figures {
    pub(super) requests: usize,
    pub(super) rps: f64,
    pub(super) p50_ms: f64,
    pub(super) p95_ms: f64,
    pub(super) p99_ms: f64,
    /// Processor time of server and client together, for one request.
    pub(super) cpu_us: f64,
}

impl Figures {
    /// From the microseconds each request took.
    pub(super) fn of(mut took: Vec<u32>, time: Duration, processor: f64) -> Self {
        took.sort_unstable();
        let at = |share: f64| {
            let place = (took.len() as f64 * share) as usize;
            took.get(place.min(took.len().saturating_sub(1))).map_or(0.0, |it| f64::from(*it) / 1000.0)
        };
        let count = took.len() as f64;
        Self {
            requests: took.len(),
            rps: count / time.as_secs_f64(),
            p50_ms: at(0.50),
            p95_ms: at(0.95),
            p99_ms: at(0.99),
            cpu_us: if took.is_empty() { 0.0 } else { processor * 1e6 / count },
        }
    }

    fn json(&self) -> Value {
        json!({
            "rps": round(self.rps),
            "p50_ms": round(self.p50_ms),
            "p95_ms": round(self.p95_ms),
            "p99_ms": round(self.p99_ms),
        })
    }
}

/// Everything measured with one number of connections.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round {
    pub(super) connections: usize,
    pub(super) floor_search: Figures,
    pub(super) search: Figures,
    pub(super) floor_retrieve: Figures,
    pub(super) retrieve: Figures,
    pub(super) feed: Figures,
    pub(super) soap: Soap,
}

/// Openings by practice software.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Soap {
    pub(super) floor_query: Figures,
    pub(super) query: Figures,
    pub(super) floor_retrieve: Figures,
    /// One document in each message, and five.
    pub(super) retrieve: Figures,
    pub(super) retrieve_5: Figures,
    /// What a message costs to mint, which is not measured with the rest.
    pub(super) mint_us: f64,
}

/// What is computed without a door.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pure {
    pub(super) decision_us: f64,
    /// Record opened, every document decided, one line written, in milliseconds.
    pub(super) decided_ms: f64,
    /// And the answer encoded.
    pub(super) listed_ms: f64,
    /// The same the first time, when nothing of the record was kept open.
    pub(super) listed_first_ms: f64,
    pub(super) listed_documents: usize,
}

pub(super) struct Report {
    pub(super) machine: String,
    pub(super) documents: usize,
    pub(super) search_bytes: usize,
    pub(super) retrieve_bytes: usize,
    pub(super) query_bytes: usize,
    pub(super) soap_retrieve_bytes: usize,
    pub(super) fill_per_second: f64,
    pub(super) disk_bytes_per_document: f64,
    pub(super) rounds: Vec<Round>,
    pub(super) pure: Pure,
    pub(super) rss_mb: f64,
    pub(super) rss_peak_mb: f64,
}

impl Report {
    /// The contract: the figures at 8 connections, or else of the first round.
    pub(super) fn json(&self) -> Value {
        let shown = self.rounds.iter().find(|it| it.connections == 8).or(self.rounds.first());
        let of = |which: fn(&Round) -> Figures| shown.map(|it| which(it).json()).unwrap_or_default();
        json!({
            "floor": { "search": of(|it| it.floor_search), "retrieve": of(|it| it.floor_retrieve) },
            "search": of(|it| it.search),
            "retrieve": of(|it| it.retrieve),
            "feed": of(|it| it.feed),
            "soap": {
                "floor": {
                    "stored_query": of(|it| it.soap.floor_query),
                    "retrieve": of(|it| it.soap.floor_retrieve),
                },
                "stored_query": of(|it| it.soap.query),
                "retrieve": of(|it| it.soap.retrieve),
                "retrieve_5": of(|it| it.soap.retrieve_5),
            },
            "rss_mb": round(self.rss_peak_mb),
            "disk_bytes_per_document": self.disk_bytes_per_document.round(),
            "documents": self.documents,
            "connections": shown.map(|it| it.connections),
            "decision_us": self.pure.decision_us,
            "listed_ms": self.pure.listed_ms,
            "listed_first_ms": self.pure.listed_first_ms,
        })
    }

    pub(super) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{} documents of 30 kB, {}", self.documents, self.machine)?;
        writeln!(out)?;
        writeln!(
            out,
            "connections  what             requests/s   p50 ms   p95 ms   p99 ms   cpu µs   of its floor"
        )?;
        for round in &self.rounds {
            let mut line = |what: &str, it: &Figures, floor: Option<&Figures>| {
                let of_floor = Share(floor.map(|floor| it.rps / floor.rps));
                writeln!(
                    out,
                    "{:>11}  {what:<15}  {:>10.0}  {:>7.2}  {:>7.2}  {:>7.2}  {:>7.0}   {of_floor}",
                    round.connections, it.rps, it.p50_ms, it.p95_ms, it.p99_ms, it.cpu_us
                )
            };
            line("floor search", &round.floor_search, None)?;
            line("search", &round.search, Some(&round.floor_search))?;
            line("floor retrieve", &round.floor_retrieve, None)?;
            line("retrieve", &round.retrieve, Some(&round.floor_retrieve))?;
            line("feed", &round.feed, None)?;
            let soap = &round.soap;
            line("floor query", &soap.floor_query, None)?;
            line("stored query", &soap.query, Some(&soap.floor_query))?;
            line("floor ITI-43", &soap.floor_retrieve, None)?;
            line("ITI-43, 1", &soap.retrieve, Some(&soap.floor_retrieve))?;
            line("ITI-43, 5", &soap.retrieve_5, None)?;
        }
        writeln!(out)?;
        let Pure { decision_us, decided_ms, listed_ms, listed_first_ms, listed_documents } = self.pure;
        writeln!(out, "a search answers {} bytes, a retrieval {}", self.search_bytes, self.retrieve_bytes)?;
        let mint_us = self.rounds.last().map_or(0.0, |it| it.soap.mint_us);
        writeln!(
            out,
            "over SOAP {} and {} bytes, the middle of them; {mint_us:.0} µs to mint a message, not measured above",
            self.query_bytes, self.soap_retrieve_bytes
        )?;
        writeln!(out, "filled at {:.0} documents/s in process", self.fill_per_second)?;
        writeln!(out, "{:.0} bytes on disk for each document", self.disk_bytes_per_document)?;
        writeln!(out, "memory {:.0} MB, at most {:.0} MB, client included", self.rss_mb, self.rss_peak_mb)?;
        writeln!(out, "{decision_us:.2} µs to decide one document")?;
        writeln!(
            out,
            "{decided_ms:.2} ms to open, decide and trace a record of {listed_documents} documents, \
             {listed_ms:.2} ms with its answer encoded; {listed_first_ms:.2} ms the first time"
        )
    }
}

struct Share(Option<f64>);

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(share) => write!(f, "{:.0} %", share * 100.0),
            None => Ok(()),
        }
    }
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_of_the_sorted_times() {
        let took: Vec<u32> = (1..=1000).rev().collect();
        let figures = Figures::of(took, Duration::from_secs(2), 0.5);
        assert_eq!((figures.rps, figures.p50_ms, figures.p99_ms), (500.0, 0.501, 0.991));
        assert_eq!(figures.cpu_us, 500.0);
        assert_eq!(Figures::of(Vec::new(), Duration::from_secs(1), 1.0), Figures::default());
    }
}
