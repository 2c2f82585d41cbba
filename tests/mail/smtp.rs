//! SMTP to a server of a few lines, for what no decent server says.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use overstay::mail::{Security, Smtp, SmtpServer, Transport, Trouble};

const MAIL: &[u8] = b"From: a\r\n\r\nhello\r\n";

/// Sends a mail to a server that answers each command; without an answer it closes the connection.
fn send(answer: impl Fn(&str) -> Option<String> + Send + 'static) -> Result<String, Trouble> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        if let Ok((connection, _)) = listener.accept() {
            let _ = talk(&connection, &answer);
        }
    });
    let server = SmtpServer {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        login: None,
        ca_file: None,
        timeout: Duration::from_secs(5),
        hello: "acme.example".to_owned(),
    };
    let smtp = Smtp::new(&server, Duration::from_secs(5), None).expect("a transport");
    smtp.send("overstay@acme.example", "grc@acme.example", MAIL).map_err(|trouble| Trouble {
        message: trouble.message.replace(&format!("127.0.0.1:{port}"), "HOST"),
        ..trouble
    })
}

fn talk(connection: &TcpStream, answer: &dyn Fn(&str) -> Option<String>) -> std::io::Result<()> {
    let mut lines = BufReader::new(connection).lines();
    let say = |what: Option<String>| match what {
        Some(text) => write!(&*connection, "{text}\r\n"),
        None => Err(std::io::ErrorKind::NotConnected.into()),
    };
    say(answer("HELLO"))?;
    while let Some(line) = lines.next() {
        let word = line?.split(' ').next().unwrap_or_default().to_uppercase();
        let answered = answer(&word);
        let takes = word == "DATA" && answered.as_ref().is_some_and(|text| text.starts_with('3'));
        say(answered)?;
        if takes {
            while lines.next().transpose()?.is_some_and(|line| line != ".") {}
            say(answer("."))?;
        }
    }
    Ok(())
}

/// A decent server, but for one command.
fn but(at: &'static str, answer: Option<&'static str>) -> impl Fn(&str) -> Option<String> + Send + 'static {
    move |word| {
        let decent = match word {
            "HELLO" => "220 here",
            "DATA" => "354 go on",
            _ => "250 ok",
        };
        if word == at { answer.map(str::to_owned) } else { Some(decent.to_owned()) }
    }
}

#[test]
fn a_decent_server_takes_it() {
    assert_eq!(send(but("NONE", None)).as_deref(), Ok("250 ok"));
    assert_eq!(send(but("QUIT", None)).as_deref(), Ok("250 ok"), "it was taken before the goodbye");
}

#[test]
fn refusals_are_told_from_what_may_pass() {
    let of = |at: &'static str, answer: &'static str| {
        let trouble = send(but(at, Some(answer))).expect_err("a refusal");
        assert!(!trouble.message.contains("may have arrived"), "{trouble:?}");
        (trouble.again, trouble.server, trouble.message)
    };
    let said = |words: &str| format!("HOST: {words}");
    assert_eq!(of("RCPT", "550 5.1.1 who?"), (false, false, said("permanent error (550): 5.1.1 who?")));
    assert_eq!(of("RCPT", "450 later"), (true, false, said("transient error (450): later")));
    assert_eq!(of(".", "451 later"), (true, false, said("transient error (451): later")));
    assert_eq!(of(".", "554 spam"), (false, false, said("permanent error (554): spam")));
    assert_eq!(of("MAIL", "421 closing"), (true, true, said("transient error (421): closing")));
    assert_eq!(of("HELLO", "554 go away"), (false, true, said("permanent error (554): go away")));
}

#[test]
fn an_answer_that_fits_no_question_is_not_taken_for_a_good_one() {
    for answer in ["354 go on", "220 here", "HTTP/1.1 400 Bad Request"] {
        let trouble = send(but(".", Some(answer))).expect_err("no answer");
        assert!(!trouble.again && trouble.message.contains("cannot be trusted"), "{trouble:?}");
        assert!(trouble.message.ends_with("the mail may have arrived"), "{trouble:?}");
    }
    let web = send(but("HELLO", Some("HTTP/1.1 400 Bad Request"))).expect_err("no server");
    assert_eq!(web.message, "HOST: cannot be trusted: its answer is not SMTP");
    assert!(!web.again && web.server, "{web:?}");
}

#[test]
fn a_lost_connection_is_tried_again_only_before_the_mail() {
    let early = send(but("EHLO", None)).expect_err("a lost connection");
    assert_eq!((early.again, early.message.as_str()), (true, "HOST: closed the connection"));
    for word in ["RCPT", "."] {
        let late = send(but(word, None)).expect_err("a lost connection");
        assert_eq!((late.again, late.server), (false, false), "{late:?}");
        assert_eq!(late.message, "HOST: closed the connection; the mail may have arrived");
    }
}
