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
  // Twice as wide, so that a select that begins below 0 moves up within it.
  wire negative = B_SIGNED && B[B_WIDTH-1];
  wire [B_WIDTH:0] distance = negative ? -{1'b1, B} : {1'b0, B};
  wire beyond;
  wire [2*WIDTH*(PLACES+1)-1:0] moved;
  assign moved[2*WIDTH-1:0] = {{(2*WIDTH-A_WIDTH){1'bx}}, A};
  genvar i, j;
  generate
    if (B_WIDTH + 1 > PLACES) assign beyond = |distance[B_WIDTH:PLACES];
    else assign beyond = 1'b0;
    for (i = 0; i < PLACES; i = i + 1) begin : place
      for (j = 0; j < 2*WIDTH; j = j + 1) begin : bit_
        wire down = j + 2**i < 2*WIDTH ? moved[2*WIDTH*i + (j + 2**i < 2*WIDTH ? j + 2**i : 0)] : 1'bx;
        wire up = j >= 2**i ? moved[2*WIDTH*i + (j >= 2**i ? j - 2**i : 0)] : 1'bx;
        assign moved[2*WIDTH*(i+1) + j] = distance[i] ? (negative ? up : down) : moved[2*WIDTH*i + j];
      end
    end
  endgenerate
  assign Y = beyond ? {Y_WIDTH{1'bx}} : moved[2*WIDTH*PLACES +: Y_WIDTH];
endmodule

// `===` tells X from 0 and 1, which no gate does: one cell a bit, for the encoding on two rails. As `==` it would be
// X where a reference asks whether something is X, and a reference that is X throughout is equal to anything.
(* techmap_celltype = "$eqx $nex" *)
module \exact_equality (A, B, Y);
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
  wire a_fill = A_SIGNED && B_SIGNED ? A[A_WIDTH-1] : 1'b0;
  wire b_fill = A_SIGNED && B_SIGNED ? B[B_WIDTH-1] : 1'b0;
  wire [WIDTH-1:0] a = {{WIDTH{a_fill}}, A};
  wire [WIDTH-1:0] b = {{WIDTH{b_fill}}, B};
  wire [WIDTH-1:0] same;
  genvar i;
  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : place
      \exact_equal equal (.A(a[i]), .B(b[i]), .Y(same[i]));
    end
  endgenerate
  assign Y = _TECHMAP_CELLTYPE_ == "$eqx" ? &same : !(&same);
endmodule
