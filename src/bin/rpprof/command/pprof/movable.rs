//! Drawings that can be moved and scaled in a browser.

/// Makes Graphviz's SVG fill the window, and lets the mouse move and scale it (pprof's `massageSVG`).
pub(super) fn movable(svg: &str) -> String {
    // Some versions of Graphviz leave such ampersands as they are.
    let mut svg = svg.replace("&;", "&amp;;");
    if let Some((start, end)) = size_attributes(&svg) {
        svg.replace_range(start..end, "<svg width=\"100%\" height=\"100%\"");
    }
    if let Some(start) = svg.find("<g id=\"graph") {
        let viewport = format!("<script><![CDATA[{SCRIPT}]]></script><g id=\"viewport\" transform=\"scale(0.5)\">");
        svg.insert_str(start, &viewport);
        if let Some(end) = svg.rfind("</svg>") {
            svg.insert_str(end, "</g>");
        }
    }
    svg
}

/// Returns where the opening tag stands, from its name to the end of its size and view box.
fn size_attributes(svg: &str) -> Option<(usize, usize)> {
    let start = svg.find("<svg")?;
    let view_box = start + svg[start..].find("viewBox=\"")? + "viewBox=\"".len();
    let end = view_box + svg[view_box..].find('"')? + 1;
    // Whatever else stands in between is not from Graphviz.
    (!svg[start..end].contains('>')).then_some((start, end))
}

/// Drags with the mouse, scales with the wheel around where the mouse is, and goes back to the start with a double click.
const SCRIPT: &str = r#"
(function () {
  "use strict";
  const root = document.documentElement;
  let view, held = null;
  let x = 0, y = 0, scale = 0.5;
  const show = () => view.setAttribute("transform", `translate(${x},${y}) scale(${scale})`);
  const start = () => { x = 0; y = 0; scale = 0.5; show(); };
  window.addEventListener("load", () => { view = document.getElementById("viewport"); start(); });
  root.addEventListener("pointerdown", (event) => {
    if (event.button === 0) { held = { x: event.clientX - x, y: event.clientY - y }; }
  });
  root.addEventListener("pointermove", (event) => {
    if (held) { x = event.clientX - held.x; y = event.clientY - held.y; show(); event.preventDefault(); }
  });
  for (const name of ["pointerup", "pointerleave"]) {
    root.addEventListener(name, () => { held = null; });
  }
  root.addEventListener("wheel", (event) => {
    const larger = Math.min(40, Math.max(0.02, scale * Math.exp(-event.deltaY / 500)));
    x = event.clientX - (event.clientX - x) * larger / scale;
    y = event.clientY - (event.clientY - y) * larger / scale;
    scale = larger;
    show();
    event.preventDefault();
  }, { passive: false });
  root.addEventListener("dblclick", start);
})();
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawing_fills_the_window_and_gets_a_script() {
        let svg = "<?xml version=\"1.0\"?>\n<svg width=\"89pt\" height=\"44pt\"\n viewBox=\"0.00 0.00 89.00 44.00\" xmlns=\"x\">\n\
                   <g id=\"graph0\" class=\"graph\"><text>a&;b</text></g>\n</svg>\n";
        let movable = movable(svg);
        assert!(movable.contains("<svg width=\"100%\" height=\"100%\" xmlns=\"x\">"));
        assert!(movable.contains("]]></script><g id=\"viewport\" transform=\"scale(0.5)\"><g id=\"graph0\""));
        assert!(movable.ends_with("</g>\n</g></svg>\n"));
        assert!(movable.contains("a&amp;;b"));
    }

    #[test]
    fn what_is_no_drawing_of_graphviz_stays() {
        for text in ["", "<svg>", "<svg><rect viewBox=\"0 0 1 1\"/></svg>", "plain"] {
            assert_eq!(movable(text), text);
        }
    }
}
