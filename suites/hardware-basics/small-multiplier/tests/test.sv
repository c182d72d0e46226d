`timescale 1 ps/1 ps

// Boundary products one after the other with start held, inputs that change while busy, idle gaps,
// resets in every step, then random ones.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_busy;
        int errortime_busy;
        int errors_done;
        int errortime_done;
        int errors_product;
        int errortime_product;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic reset;
    logic start;
    logic [7:0] a;
    logic [7:0] b;
    logic busy_ref;
    logic busy_dut;
    logic done_ref;
    logic done_dut;
    logic [15:0] product_ref;
    logic [15:0] product_dut;

    RefModule good1 (
        .clk(clk),
        .reset(reset),
        .start(start),
        .a(a),
        .b(b),
        .busy(busy_ref),
        .done(done_ref),
        .product(product_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .reset(reset),
        .start(start),
        .a(a),
        .b(b),
        .busy(busy_dut),
        .done(done_dut),
        .product(product_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 61843;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    task multiply(input [7:0] m, input [7:0] n);
        start = 1; a = m; b = n;
        @(negedge clk);
        // Nothing that stands at the inputs now may matter.
        repeat (8) begin
            start = pick(2); a = $random(seed); b = $random(seed);
            @(negedge clk);
        end
    endtask
    initial begin
        reset = 1; start = 1; a = 9; b = 4;
        repeat (2) @(negedge clk);
        reset = 0;
        multiply(255, 255); multiply(255, 1); multiply(1, 255); multiply(0, 255); multiply(255, 0); multiply(0, 0);
        multiply(128, 128); multiply(128, 1); multiply(1, 128); multiply(85, 170); multiply(170, 85); multiply(16, 15);
        for (int i = 0; i < 8; i++)
            for (int j = 0; j < 8; j++) multiply(1 << i, 1 << j);
        start = 0;
        repeat (12) @(negedge clk) begin a = $random(seed); b = $random(seed); end
        for (int i = 0; i < 10; i++) begin
            start = 1; a = 250; b = 3;
            repeat (i + 1) @(negedge clk) start = 0;
            reset = 1;
            @(negedge clk) reset = 0;
            repeat (i % 3) @(negedge clk);
            multiply(99 + i, 203);
        end
        for (int i = 0; i < 300; i++) begin
            multiply($random(seed), $random(seed));
            start = 0;
            if (i % 2) repeat (pick(4)) @(negedge clk);
        end
        repeat (2000) @(negedge clk) begin
            start = pick(6) == 0; a = $random(seed); b = $random(seed); reset = pick(50) == 0;
        end
        @(negedge clk) $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {busy_ref, done_ref, product_ref} === ({busy_ref, done_ref, product_ref} ^ {busy_dut, done_dut, product_dut} ^ {busy_ref, done_ref, product_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (busy_ref !== (busy_ref ^ busy_dut ^ busy_ref)) begin
            if (stats1.errors_busy == 0) stats1.errortime_busy = $time;
            stats1.errors_busy++;
        end
        if (done_ref !== (done_ref ^ done_dut ^ done_ref)) begin
            if (stats1.errors_done == 0) stats1.errortime_done = $time;
            stats1.errors_done++;
        end
        if (product_ref !== (product_ref ^ product_dut ^ product_ref)) begin
            if (stats1.errors_product == 0) stats1.errortime_product = $time;
            stats1.errors_product++;
        end
    end

    final begin
        if (stats1.errors_busy) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "busy", stats1.errors_busy, stats1.errortime_busy);
        else $display("Hint: Output '%s' has no mismatches.", "busy");
        if (stats1.errors_done) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "done", stats1.errors_done, stats1.errortime_done);
        else $display("Hint: Output '%s' has no mismatches.", "done");
        if (stats1.errors_product) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "product", stats1.errors_product, stats1.errortime_product);
        else $display("Hint: Output '%s' has no mismatches.", "product");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
