// One file, so that the suites run one after the other against the one server: the story needs it
// without an account, the others with what the story has made.
import "./story";
import "./pages";
import "./address";
import "./roles";
import "./keyboard";
import "./actions";
import "./lists";
import "./traceActions";
import "./shell";
import "./forms";
import "./ingestion";
import "./settings";
import "./why";
import "./large";
import "./hostile";
