//! A real browser, by the W3C's WebDriver protocol, with or without JavaScript.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// A browser session; it ends when dropped.
pub struct Browser {
    driver: Child,
    base: String,
    session: String,
    agent: ureq::Agent,
}

impl Browser {
    /// Opens one, or nothing when the machine has no chromedriver.
    pub fn open(width: u32, javascript: bool) -> Option<Self> {
        if !Path::new("/usr/bin/chromedriver").exists() {
            return None;
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let driver = Command::new("/usr/bin/chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            .build()
            .into();
        let mut browser = Self {
            driver,
            base: format!("http://127.0.0.1:{port}"),
            session: String::new(),
            agent,
        };
        for _ in 0..100 {
            if browser
                .agent
                .get(format!("{}/status", browser.base))
                .call()
                .is_ok()
            {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
        ];
        let scripts = if javascript { 1 } else { 2 };
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {
                "args": arguments,
                "prefs": {"profile.managed_default_content_settings.javascript": scripts},
                "mobileEmulation": {"deviceMetrics": {"width": width, "height": 900, "pixelRatio": 1.0}},
            },
        }}});
        let made = browser.call("", &capabilities);
        browser.session = made["sessionId"].as_str().unwrap().to_owned();
        Some(browser)
    }

    fn call(&self, path: &str, body: &Value) -> Value {
        let url = if self.session.is_empty() {
            format!("{}/session", self.base)
        } else {
            format!("{}/session/{}{path}", self.base, self.session)
        };
        let mut answer = self
            .agent
            .post(&url)
            .header("content-type", "application/json")
            .send(body.to_string())
            .unwrap();
        let text = answer
            .body_mut()
            .with_config()
            .limit(1 << 26)
            .read_to_string()
            .unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert!(value["value"]["error"].is_null(), "{path}: {text}");
        value["value"].clone()
    }

    fn get(&self, path: &str) -> Value {
        let mut answer = self
            .agent
            .get(format!("{}/session/{}{path}", self.base, self.session))
            .call()
            .unwrap();
        let text = answer
            .body_mut()
            .with_config()
            .limit(1 << 26)
            .read_to_string()
            .unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["value"].clone()
    }

    pub fn go(&self, url: &str) {
        self.call("/url", &json!({"url": url}));
    }

    /// Where the browser is now.
    pub fn here(&self) -> String {
        self.get("/url").as_str().unwrap().to_owned()
    }

    /// Waits until the browser is at an address that begins so: a form's answer takes the time it takes.
    pub fn until(&self, start: &str) {
        for _ in 0..200 {
            let here = self.here();
            if here == start || (!start.ends_with('/') && here.starts_with(start)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("still at {}, not at {start}: {}", self.here(), self.source());
    }

    pub fn source(&self) -> String {
        self.get("/source").as_str().unwrap().to_owned()
    }

    fn element(&self, css: &str) -> String {
        let found = self.call("/element", &json!({"using": "css selector", "value": css}));
        found
            .as_object()
            .unwrap()
            .values()
            .next()
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub fn fill(&self, css: &str, text: &str) {
        let id = self.element(css);
        self.call(&format!("/element/{id}/value"), &json!({"text": text}));
    }

    pub fn click(&self, css: &str) {
        let id = self.element(css);
        self.call(&format!("/element/{id}/click"), &json!({}));
    }

    /// Runs a script as a debugger would, past the page's own policy.
    pub fn run(&self, script: &str) -> Value {
        self.call("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Runs a script that calls `done` when it has its answer.
    pub fn call_async(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        self.call("/execute/async", &json!({"script": script, "args": []}))
    }

    /// The whole page as a picture.
    pub fn picture(&self, path: &Path) {
        let shot = self.call("/goog/cdp/execute", &json!({"cmd": "Page.captureScreenshot", "params": {"captureBeyondViewport": true, "format": "png"}}));
        std::fs::write(path, STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self
            .agent
            .delete(format!("{}/session/{}", self.base, self.session))
            .call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
