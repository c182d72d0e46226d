// What yosys's own techmap reads otherwise than a simulator where something is X, for the encoding on two rails.

// Long division for yosys's techmap: one subtraction a place, all of the same width. Truncates as Verilog does.
// Division by zero gives X, as in a simulator.
(* techmap_celltype = "$div $mod" *)
module \long_division (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  parameter _TECHMAP_CELLTYPE_ = "";
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;
  localparam WIDTH = A_WIDTH > B_WIDTH ? (A_WIDTH > Y_WIDTH ? A_WIDTH : Y_WIDTH) : (B_WIDTH > Y_WIDTH ? B_WIDTH : Y_WIDTH);
  wire a_negative = A_SIGNED && B_SIGNED && A[A_WIDTH-1];
  wire b_negative = A_SIGNED && B_SIGNED && B[B_WIDTH-1];
  wire [WIDTH-1:0] a_wide = {{WIDTH{a_negative}}, A};
  wire [WIDTH-1:0] b_wide = {{WIDTH{b_negative}}, B};
  wire [WIDTH-1:0] a = a_negative ? -a_wide : a_wide;
  wire [WIDTH-1:0] b = b_negative ? -b_wide : b_wide;
  wire [(WIDTH+1)*(WIDTH+1)-1:0] rest;
  wire [WIDTH-1:0] quotient;
  assign rest[(WIDTH+1)*WIDTH +: WIDTH+1] = 0;
  genvar i;
  generate
    for (i = WIDTH - 1; i >= 0; i = i - 1) begin : place
      wire [WIDTH:0] taken = {rest[(WIDTH+1)*(i+1) +: WIDTH], a[i]};
      wire [WIDTH:0] left = taken - {1'b0, b};
      assign quotient[i] = !left[WIDTH];
      assign rest[(WIDTH+1)*i +: WIDTH+1] = left[WIDTH] ? taken : left;
    end
  endgenerate
  wire [WIDTH-1:0] remainder = rest[WIDTH-1:0];
  wire [WIDTH-1:0] result = _TECHMAP_CELLTYPE_ == "$div"
    ? ((a_negative ^ b_negative) ? -quotient : quotient)
    : (a_negative ? -remainder : remainder);
  assign Y = B == 0 ? {Y_WIDTH{1'bx}} : result;
endmodule

// A bit or part select at a variable place. yosys's own map gives the X beyond the end a value that saves gates.
(* techmap_celltype = "$shiftx" *)
module \exact_select (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;
  localparam NEEDED = $clog2(A_WIDTH > Y_WIDTH ? A_WIDTH : Y_WIDTH) + 1;
  localparam PLACES = NEEDED < B_WIDTH ? NEEDED : B_WIDTH;
  localparam WIDTH = A_WIDTH > Y_WIDTH ? A_WIDTH : Y_WIDTH;
  // Twice as wide where a select may begin below 0, which then moves up within it.
  localparam SPAN = B_SIGNED ? 2*WIDTH : WIDTH;
  wire negative = B_SIGNED ? B[B_WIDTH-1] : 1'b0;
  wire [B_WIDTH:0] distance = B_SIGNED && B[B_WIDTH-1] ? -{1'b1, B} : {1'b0, B};
  wire [SPAN*(PLACES+1)-1:0] moved;
  wire beyond;
  assign moved[SPAN-1:0] = {{SPAN{1'bx}}, A};
  genvar i;
  generate
    if (B_WIDTH + 1 > PLACES) assign beyond = |distance[B_WIDTH:PLACES];
    else assign beyond = 1'b0;
    for (i = 0; i < PLACES; i = i + 1) begin : place
      localparam STEP = 2**i < SPAN ? 2**i : SPAN;
      wire [SPAN-1:0] here = moved[SPAN*i +: SPAN];
      wire [2*SPAN-1:0] over = {{SPAN{1'bx}}, here};
      wire [2*SPAN-1:0] under = {here, {SPAN{1'bx}}};
      wire [SPAN-1:0] down = over[STEP +: SPAN];
      wire [SPAN-1:0] up = under[SPAN-STEP +: SPAN];
      if (B_SIGNED) assign moved[SPAN*(i+1) +: SPAN] = distance[i] ? (negative ? up : down) : here;
      else assign moved[SPAN*(i+1) +: SPAN] = distance[i] ? down : here;
    end
  endgenerate
  assign Y = beyond ? {Y_WIDTH{1'bx}} : moved[SPAN*PLACES +: Y_WIDTH];
endmodule
// `===` and `!==`, of which yosys's own techmap makes `==` and `!=`: a reference that asks whether it is in an unknown
// state would then be X throughout, and everything equal to it. The cell is known to the encoding on two rails.
(* techmap_celltype = "$eqx $nex" *)
module \identity (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  parameter _TECHMAP_CELLTYPE_ = "";
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;
  localparam WIDTH = A_WIDTH > B_WIDTH ? A_WIDTH : B_WIDTH;
  wire [WIDTH-1:0] a = {{WIDTH{A_SIGNED && B_SIGNED && A[A_WIDTH-1]}}, A};
  wire [WIDTH-1:0] b = {{WIDTH{A_SIGNED && B_SIGNED && B[B_WIDTH-1]}}, B};
  wire [WIDTH-1:0] alike;
  genvar i;
  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : place
      (* keep *) same_bit bit_of (.A(a[i]), .B(b[i]), .Y(alike[i]));
    end
  endgenerate
  assign Y = _TECHMAP_CELLTYPE_ == "$eqx" ? &alike : !(&alike);
endmodule
