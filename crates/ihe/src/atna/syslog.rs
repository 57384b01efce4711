//! A message in its syslog frame: RFC 5424 for the head, RFC 5425 for the counted octets of a TLS stream.

use model::Instant;

/// Who sends, as the head of each message says it.
pub struct Sender<'a> {
    pub host: &'a str,
    pub process: &'a str,
}

/// Security and authorisation (10), a notice (5).
const PRIORITY: u8 = 10 * 8 + 5;

/// The frame of one message, ready for the stream.
pub fn frame(sender: &Sender<'_>, at: Instant, message: &str) -> Vec<u8> {
    let head = format!(
        "<{PRIORITY}>1 {at} {} carnet {} DICOM+RFC3881 - ",
        word(sender.host, 255),
        word(sender.process, 128)
    );
    // the mark says that the message is UTF-8
    let length = head.len() + 3 + message.len();
    let mut out = Vec::with_capacity(length + 8);
    out.extend_from_slice(length.to_string().as_bytes());
    out.push(b' ');
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(b"\xef\xbb\xbf");
    out.extend_from_slice(message.as_bytes());
    out
}

/// Printable US-ASCII without spaces, or a hyphen for none.
fn word(text: &str, most: usize) -> String {
    let kept: String = text.chars().filter(char::is_ascii_graphic).take(most).collect();
    if kept.is_empty() { "-".to_owned() } else { kept }
}
