//! Shared objects for programs to load, made by the compiler that made this program.

use std::env;
use std::ffi::{CString, c_void};
use std::fs;
use std::mem;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

/// A shared object in a file.
#[derive(Clone)]
pub(crate) struct Plugin(Arc<PluginFile>);

struct PluginFile {
    path: PathBuf,
    /// The name of its function, which no other plugin has.
    function: CString,
}

/// A plugin that is loaded; dropping it unloads it.
pub(crate) struct Loaded {
    handle: *mut c_void,
    work: extern "C" fn(u32) -> u32,
}

/// Has an address in decimal digits of a function that plugins call when they are loaded.
pub(crate) const AT_LOAD: &str = "RPPROF_STRESS_AT_LOAD";

impl Plugin {
    /// Makes `count` plugins, by the compiler that made this program.
    ///
    /// The driver makes them once, and tells its children where they are.
    pub(crate) fn make(count: usize) -> Vec<Self> {
        let folder = folder();
        (0..count).map(|number| Self::make_one(&folder, number)).collect()
    }

    fn make_one(folder: &std::path::Path, number: usize) -> Self {
        let function = format!("rpprof_stress_plugin_{number}");
        let path = folder.join(format!("lib{function}.so"));
        let source = include_str!("plugin.rs").replace("PLUGIN_WORK", &function);
        let kept_source = folder.join(format!("{function}.rs"));
        // It may be another version's.
        if !path.exists() || fs::read_to_string(&kept_source).ok().as_ref() != Some(&source) {
            let source_path = folder.join(format!("{function}.{}.rs", std::process::id()));
            fs::write(&source_path, source).expect("the source can be written");
            let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
            let mut command = Command::new(compiler);
            command.args(["--edition=2024", "--crate-type=cdylib", "-Copt-level=1", "-Cdebuginfo=0", "--crate-name"]);
            // Written beside and renamed: other processes may be making the same one.
            let unfinished = folder.join(format!("{function}.{}", std::process::id()));
            command.arg(&function).arg("-o").arg(&unfinished).arg(&source_path);
            let output = command.output().expect("the compiler starts");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            fs::rename(&unfinished, &path).expect("it can be renamed");
            fs::rename(&source_path, &kept_source).expect("it can be renamed");
        }
        Self(Arc::new(PluginFile { path, function: CString::new(function).expect("no zero in it") }))
    }

    /// Returns the name of its function.
    pub(crate) fn name(&self) -> &str {
        self.0.function.to_str().expect("ASCII")
    }

    pub(crate) fn load(&self) -> Loaded {
        let path = CString::new(self.0.path.as_os_str().as_bytes()).expect("no zero in it");
        // SAFETY: the object is ours; its initializer calls what is in the environment.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW) };
        assert!(!handle.is_null(), "{} cannot be loaded", self.0.path.display());
        // SAFETY: the handle was just returned.
        let work = unsafe { libc::dlsym(handle, self.0.function.as_ptr()) };
        assert!(!work.is_null());
        // SAFETY: a function of this name has this type.
        let work = unsafe { mem::transmute::<*mut c_void, extern "C" fn(u32) -> u32>(work) };
        Loaded { handle, work }
    }
}

impl Loaded {
    /// Has the plugin compute for about a millisecond.
    pub(crate) fn work(&self) {
        (self.work)(300);
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        // SAFETY: the handle is ours, and nobody runs the plugin's code any more.
        unsafe { libc::dlclose(self.handle) };
    }
}

fn folder() -> PathBuf {
    // Of whoever has built this; a folder that all share may be another user's.
    let place = option_env!("CARGO_TARGET_TMPDIR").map_or_else(env::temp_dir, PathBuf::from);
    let folder = place.join(format!("rpprof-stress-{}", env!("CARGO_PKG_VERSION")));
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}
