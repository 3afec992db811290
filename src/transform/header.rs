//! The same samples under another header.

use std::sync::Arc;

use crate::profile::{Header, Profile, StringId, StringTable};

/// Returns the profile with one comment more.
pub fn with_comment(profile: &Profile, comment: &str) -> Profile {
    edited(profile, |header, strings| header.comments.push(strings.push(comment)))
}

/// Returns the profile with another time of its beginning, in nanoseconds since 1970-01-01 UTC; 0 if it is not known.
pub fn with_time(profile: &Profile, time_nanos: i64) -> Profile {
    edited(profile, |header, _| header.time_nanos = time_nanos)
}

/// Returns the profile without a wish of its own for frames to drop (pprof's `-all_frames`).
pub fn without_drop_frames(profile: &Profile) -> Profile {
    edited(profile, |header, _| (header.drop_frames, header.keep_frames) = (StringId::EMPTY, StringId::EMPTY))
}

fn edited(profile: &Profile, edit: impl FnOnce(&mut Header, &mut StringTable)) -> Profile {
    let mut edited = profile.clone();
    edit(Arc::make_mut(&mut edited.header), Arc::make_mut(&mut edited.strings));
    edited
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::ProfileBuilder;

    #[test]
    fn the_header_changes_and_nothing_else() {
        let mut builder = ProfileBuilder::new();
        let drop_frames = builder.string("malloc");
        builder.header_mut().drop_frames = drop_frames;
        let profile = builder.build().expect("valid");
        let edited = with_comment(&without_drop_frames(&profile), "slow");
        assert_eq!(profile.str(profile.header().drop_frames), "malloc");
        assert_eq!(edited.str(edited.header().drop_frames), "");
        let comments: Vec<&str> = edited.header().comments.iter().map(|&comment| edited.str(comment)).collect();
        assert_eq!(comments, ["slow"]);
    }
}
