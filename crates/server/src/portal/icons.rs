//! Our own drawings: 24 by 24, one stroke of 1.75, round ends, in the colour of the text around them.

/// The drawing's SVG; of a name there is none for, an empty frame.
pub fn icon(name: &str) -> String {
    let paths = match name {
        "carnet" => {
            "<path d=\"M6 3.5h10.5a2 2 0 0 1 2 2v13a2 2 0 0 1-2 2H6z\"/><path d=\"M9 3.5v17M12.2 10h3.2M13.8 8.4v3.2\"/>"
        }
        "syntheses" => "<path d=\"M5 4.5h14v15H5z\"/><path d=\"M8.5 9h7M8.5 12.5h7M8.5 16h4\"/>",
        "treatments" => {
            "<rect x=\"3.2\" y=\"8.2\" width=\"17.6\" height=\"7.6\" rx=\"3.8\" transform=\"rotate(-40 12 12)\"/><path d=\"M9.6 9.1l4.9 5.8\"/>"
        }
        "analyses" => {
            "<path d=\"M9.5 3.5v6.2L4.8 18a1.7 1.7 0 0 0 1.5 2.5h11.4a1.7 1.7 0 0 0 1.5-2.5L14.5 9.7V3.5\"/><path d=\"M8 3.5h8M7.3 14.5h9.4\"/>"
        }
        "imaging" => {
            "<rect x=\"3.5\" y=\"4\" width=\"17\" height=\"16\" rx=\"1.5\"/><path d=\"M12 7v10M8.2 9c1.4-.9 6.2-.9 7.6 0M7.7 12c1.6-.9 7-.9 8.6 0M8.2 15c1.4-.9 6.2-.9 7.6 0\"/>"
        }
        "reports" => "<path d=\"M13.5 3.5H6v17h12V8z\"/><path d=\"M13.5 3.5V8H18M9 12.5h6M9 16h6\"/>",
        "prevention" => {
            "<path d=\"M12 3.5l7 2.6v5.4c0 4.4-2.9 7.4-7 9-4.1-1.6-7-4.6-7-9V6.1z\"/><path d=\"M8.8 12l2.2 2.2 4.2-4.4\"/>"
        }
        "certificates" => {
            "<path d=\"M4.5 4.5h15v10h-15z\"/><path d=\"M8 8.2h8M8 11h4\"/><circle cx=\"15.5\" cy=\"14.8\" r=\"2.6\"/><path d=\"M14 17v3.8l1.5-1 1.5 1V17\"/>"
        }
        "reimbursements" => {
            "<path d=\"M5.5 3.5h13v17l-2.2-1.4-2.1 1.4-2.2-1.4-2.2 1.4-2.1-1.4-2.2 1.4z\"/><path d=\"M15 8.3a3.6 3.6 0 1 0 0 6M8 10.3h4.6M8 12.4h4.6\"/>"
        }
        "personal" => {
            "<circle cx=\"12\" cy=\"8\" r=\"3.8\"/><path d=\"M4.8 20.3c.6-4 3.4-6.2 7.2-6.2s6.6 2.2 7.2 6.2\"/>"
        }
        "other" => "<path d=\"M3.5 6.5h6l2 2.3h9v10.7h-17z\"/>",
        "eye" => {
            "<path d=\"M2.8 12C5 8.2 8.2 6.2 12 6.2s7 2 9.2 5.8c-2.2 3.8-5.4 5.8-9.2 5.8S5 15.8 2.8 12z\"/><circle cx=\"12\" cy=\"12\" r=\"2.8\"/>"
        }
        "eye-off" => {
            "<path d=\"M4 4l16 16M9.7 6.5c.7-.2 1.5-.3 2.3-.3 3.8 0 7 2 9.2 5.8-.8 1.3-1.7 2.4-2.7 3.3M14.8 17.3c-.9.3-1.8.5-2.8.5-3.8 0-7-2-9.2-5.8 1-1.8 2.3-3.1 3.7-4.1\"/><path d=\"M10 10.1a2.8 2.8 0 0 0 3.9 3.9\"/>"
        }
        "download" => "<path d=\"M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4.5 19.5h15\"/>",
        "print" => "<path d=\"M7.5 8V3.8h9V8M7.5 16.5H4.5V8.3h15v8.2h-3\"/><path d=\"M7.5 13.5h9v6.8h-9z\"/>",
        "people" => {
            "<circle cx=\"9\" cy=\"8.5\" r=\"3.2\"/><path d=\"M3.2 19.5c.5-3.5 2.7-5.5 5.8-5.5s5.3 2 5.8 5.5M15.5 5.7a3.2 3.2 0 0 1 0 5.7M17 14.4c2.2.6 3.5 2.4 3.9 5.1\"/>"
        }
        "home" => "<path d=\"M4 11.2L12 4.5l8 6.7M6.2 9.7v9.8h11.6V9.7M10 19.5v-5.5h4v5.5\"/>",
        "search" => "<circle cx=\"10.5\" cy=\"10.5\" r=\"6\"/><path d=\"M15 15l5 5\"/>",
        "arrow" => "<path d=\"M9.5 5.5L16 12l-6.5 6.5\"/>",
        "back" => "<path d=\"M14.5 5.5L8 12l6.5 6.5\"/>",
        "done" => "<circle cx=\"12\" cy=\"12\" r=\"8.5\"/><path d=\"M8 12.3l2.8 2.8L16 9.5\"/>",
        "warning" => "<path d=\"M12 4.2l8.8 15.3H3.2z\"/><path d=\"M12 10v4.5M12 17v.2\"/>",
        "lock" => "<path d=\"M5.5 10.5h13v9.5h-13zM8 10.5V8a4 4 0 0 1 8 0v2.5\"/>",
        "add" => "<path d=\"M12 5v14M5 12h14\"/>",
        "leave" => "<path d=\"M14 4.5H5.5v15H14M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5\"/>",
        _ => "",
    };
    format!(
        "<svg class=\"icon\" viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" fill=\"none\" stroke=\"currentColor\" \
         stroke-width=\"1.75\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" \
         focusable=\"false\">{paths}</svg>"
    )
}
