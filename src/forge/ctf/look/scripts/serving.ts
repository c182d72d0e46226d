import type { Language } from './language.ts'

/** What a program's words say of how it serves. */
export interface Serving {
  readonly serves: 'http' | 'socket' | undefined
  readonly ports: readonly number[]
}

const http: Partial<Record<Language, readonly RegExp[]>> = {
  python: [
    /\bFlask\s{0,3}\(\s{0,3}__name__/,
    /\bapp\.run\s{0,3}\(/,
    /\b(HTTPServer|ThreadingHTTPServer|make_server|FastAPI|uvicorn\.run|run_app|Bottle|Quart|Sanic)\s{0,3}\(/,
    /\bbottle\b.{0,80}\brun\s{0,3}\(/,
    /^[ \t]{0,40}(from|import)[ \t]{1,5}(django|aiohttp\.web|tornado\.web|waitress)\b/m,
    /\bweb\.Application\s{0,3}\(/,
  ],
  node: [
    /\brequire\(['"](express|koa|fastify|hapi|@hapi\/hapi)['"]\)/,
    /\bfrom ['"](express|koa|fastify|hono)['"]/,
    /\bhttps?\.createServer\s{0,3}\(/,
    /\bBun\.serve\(|\bDeno\.serve\(/,
  ],
  ruby: [/\brequire ['"](sinatra|webrick|rack)['"]/],
  go: [/\bhttp\.ListenAndServe/, /\bgin\.(Default|New)\(/, /\bfiber\.New\(|\becho\.New\(/],
  rust: [/\b(actix_web|axum|rocket|warp)::/],
  java: [/\bSpringApplication\.run|\bHttpServer\.create/],
  perl: [/\bHTTP::Daemon|\bMojolicious|\bDancer/],
  shell: [/\bphp[\d.]* -S\b|\b(gunicorn|uwsgi|uvicorn|flask run|waitress-serve)\b|-m http\.server\b/],
}

const socket: Partial<Record<Language, readonly RegExp[]>> = {
  python: [
    /\.bind\s{0,3}\(/,
    /\b(Threading|Forking|Threaded|Forked)?\w{0,20}TCPServer\s{0,3}\(/,
    /\basyncio\.start_server\s{0,3}\(/,
    /\bStreamServer\s{0,3}\(/,
    /\bsocketserver\.\w{0,20}(Mixin|MixIn|Server)\b|\.serve_forever\s{0,3}\(/i,
    /\bcreate_server\s{0,3}\(/,
    /\breactor\.listenTCP\s{0,3}\(/,
    /\blisten\s{0,3}\(\s{0,3}\d{2,5}\s{0,3}\)/,
  ],
  node: [/\bnet\.createServer\s{0,3}\(/, /\bWebSocket\.?Server\s{0,3}\(/],
  ruby: [/\bTCPServer\.(new|open)/],
  go: [/\bnet\.Listen\s{0,3}\(/],
  rust: [/\bTcpListener::bind/],
  java: [/\bnew ServerSocket\s{0,3}\(/],
  perl: [/\bIO::Socket::INET\b[^;]{0,300}\bListen\b/, /\blisten\s{0,3}\(/],
  php: [/\b(socket_create_listen|stream_socket_server|socket_listen)\s{0,3}\(/],
  c: [/\blisten\s{0,3}\(\s{0,3}[\w->.]{1,40}\s{0,3},/],
  cpp: [/\blisten\s{0,3}\(\s{0,3}[\w->.]{1,40}\s{0,3},/],
  shell: [/\b(socat|ncat|nc|tcpserver)\b.{0,200}(LISTEN|-l)/i, /\bxinetd\b/],
}

const stdin: Partial<Record<Language, RegExp>> = {
  python:
    /\b(raw_)?input\s{0,3}\(|\bsys\.stdin\b|\bos\.read\s{0,3}\(\s{0,3}0\b|\bfileinput\b|\bopen\s{0,3}\(\s{0,3}0\b|\bread\s{0,3}\(\s{0,3}0\s{0,3},|\bgetpass\b|\.interact\(|\bcmd\.Cmd\b|\bstdin\.(buffer|readline)/,
  shell: /^[ \t]{0,40}(read\b|.{0,200}\bread -)|\/dev\/stdin|\$\(cat\)|\bselect \w{1,40} in\b/m,
  perl: /<STDIN>|<>/,
  php: /\bSTDIN\b|php:\/\/stdin|\breadline\s{0,3}\(/,
  ruby: /\bgets\b|\bSTDIN\b|\$stdin\b|\bARGF\b/,
  node: /\bprocess\.stdin\b|\breadline\b|\bprompt\s{0,3}\(/,
  c: /\bscanf\s{0,3}\(|\bgets\s{0,3}\(|\bstdin\b|\bread\s{0,3}\(\s{0,3}(0|STDIN_FILENO)\b|\bgetchar\s{0,3}\(/,
  cpp: /\bcin\b|\bscanf\s{0,3}\(|\bgets\s{0,3}\(|\bstdin\b|\bread\s{0,3}\(\s{0,3}(0|STDIN_FILENO)\b|\bgetchar\s{0,3}\(/,
  go: /\bos\.Stdin\b|\bfmt\.Scan/,
  rust: /\bstdin\s{0,3}\(/,
  java: /\bSystem\.in\b|\bSystem\.console\b/,
  lua: /\bio\.(read|lines|stdin)\b/,
  haskell: /\b(getLine|getContents|interact|readLn)\b/,
}

const portPatterns = [
  /\bhost\s{0,3},\s{0,3}port\s{0,3}=\s{0,3}\(?\s{0,3}["'][\w.:-]{0,100}["']\s{0,3},\s{0,3}(\d{2,5})\b/gi,
  /\(\s{0,3}["'](?:0\.0\.0\.0|localhost|127\.0\.0\.1|::)?["']\s{0,3},\s{0,3}(\d{2,5})\s{0,3}\)/g,
  /\bbind\s{0,3}\(\s{0,3}[^\r\n]{0,100}?[,"':]\s{0,3}(\d{2,5})\b/g,
  /\b(?:port|PORT|LPORT|listen_port|SERVER_PORT|Port)['"]?\s{0,3}(?:=|:|,|\|\||\?\?)\s{0,3}(?:int\(|Number\(|process\.env\.PORT\s{0,3}(?:\|\||\?\?)\s{0,3})?["']?(\d{2,5})\b/g,
  /\b(?:environ\.get|getenv)\s{0,3}\(\s{0,3}["']\w{0,20}PORT["']\s{0,3},\s{0,3}["']?(\d{2,5})\b/g,
  /\bprocess\.env\.PORT\s{0,3}(?:\|\||\?\?)\s{0,3}["']?(\d{2,5})\b/g,
  /\.listen\s{0,3}\(\s{0,3}["']?(\d{2,5})\b/g,
  /\blisten(?:TCP)?\s{0,3}\(\s{0,3}(\d{3,5})\b/g,
  /\bhtons\s{0,3}\(\s{0,3}(\d{2,5})\s{0,3}\)/g,
  /\b(?:TCPServer|HTTPServer|ForkingTCPServer|ThreadingTCPServer|StreamServer|make_server|start_server|ListenAndServe|net\.Listen|TcpListener::bind|ServerSocket|create_server|uvicorn\.run)\s{0,3}\([^\r\n]{0,120}?[(,:"']\s{0,3}(\d{2,5})\b/g,
  /\bTCP[46]?-L(?:ISTEN)?:(\d{2,5})/gi,
  /\bphp[\d.]* -S [\w.]{1,40}:(\d{2,5})/g,
  /\b(?:gunicorn|uwsgi|uvicorn|flask run|socat|ncat|nc)\b[^\r\n]{0,150}?(?:--port[= ]|-p ?|:)(\d{2,5})\b/g,
  /-m http\.server (\d{2,5})/g,
  /\bset :port, (\d{2,5})/g,
]

/** How a program serves by itself, as its words say. `text` has no comments of whole lines. */
export function servingOf(language: Language, text: string): Serving {
  const own = language === 'sage' ? 'python' : language
  const serves = any(http[own], text) ? 'http' : any(socket[own], text) ? 'socket' : undefined
  if (serves === undefined) return { serves, ports: [] }
  const ports = new Set<number>()
  for (const pattern of portPatterns)
    for (const [, digits] of text.matchAll(pattern)) {
      const port = Number(digits)
      if (port >= 1 && port <= 65535 && ports.size < 20) ports.add(port)
    }
  // What Flask listens on where it is told nothing.
  if (ports.size === 0 && own === 'python' && /\bFlask\s{0,3}\(/.test(text)) ports.add(5000)
  return { serves, ports: [...ports] }
}

/** Whether a program reads from its standard input. */
export function asksOf(language: Language, text: string): boolean {
  return stdin[language === 'sage' ? 'python' : language]?.test(text) ?? false
}

function any(patterns: readonly RegExp[] | undefined, text: string): boolean {
  return patterns?.some((pattern) => pattern.test(text)) ?? false
}
